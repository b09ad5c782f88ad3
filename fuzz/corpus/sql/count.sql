SELECT provider, count(*) AS n FROM instances WHERE tags['team'] = 'storage' AND region IN ('eu-west-1', 'us-east-1') GROUP BY provider ORDER BY n DESC LIMIT 10
