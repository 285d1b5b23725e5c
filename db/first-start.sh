#!/bin/sh
# At PostgreSQL's first start: the application's login, which may do only what migrations grant it.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$APP_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
create role tributary_app login noinherit nocreatedb nocreaterole password :'password';
revoke all on database tributary from public;
grant connect on database tributary to tributary_app;
revoke create on schema public from public;
grant usage on schema public to tributary_app;
SQL
