#!/bin/bash
# Runs once, when the database container makes its cluster: Attune's own role and database.
# The role is no superuser and may not step around row-level security.
set -euo pipefail
password="$(cat /run/secrets/attune_database_password)"
psql --username postgres --set ON_ERROR_STOP=1 --set password="$password" <<'SQL'
CREATE ROLE attune LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE attune OWNER attune;
REVOKE ALL ON DATABASE attune FROM PUBLIC;
SQL
