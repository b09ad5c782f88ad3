SELECT i.name, v.size_gb FROM instances i JOIN volumes v ON v.account_id = i.account_id AND v.region = i.region WHERE i.created_at > TIMESTAMP '2026-11-01T00:00:00Z'
