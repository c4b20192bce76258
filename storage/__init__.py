"""What Orderline remembers: records, schema, migrations, repositories and the encryption of secrets at rest."""
