/* nephoscope
question = "how many in {region}"
tables = ["instances"]
[params.region]
type = "region"
default = "eu-west-1"
*/
query('SELECT count(*) AS n FROM instances WHERE region = $region', { region: params.region ?? 'eu-west-1' })
