-- Once, as the database's administrator: the role that owns and migrates, the role of web and worker, and the database.
-- The passwords come from the files that MIGRATE_PASSWORD_FILE and RUN_PASSWORD_FILE name.
-- After each `manage.py migrate`: `manage.py grants careid_run`.
\set ON_ERROR_STOP on
\set migrate `cat "$MIGRATE_PASSWORD_FILE"`
\set run `cat "$RUN_PASSWORD_FILE"`
CREATE ROLE careid_migrate LOGIN PASSWORD :'migrate';
CREATE ROLE careid_run LOGIN PASSWORD :'run';
CREATE DATABASE careid OWNER careid_migrate ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE careid FROM PUBLIC;
GRANT CONNECT ON DATABASE careid TO careid_run;
