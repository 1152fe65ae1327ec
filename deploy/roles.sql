-- As the database's administrator: the role that owns and migrates, the web's, the worker's, and the database. What is
-- there already stays as it is, so run it again after a release that brings a role.
-- The passwords come from the files that MIGRATE_PASSWORD_FILE, RUN_PASSWORD_FILE and WORK_PASSWORD_FILE name.
-- After each `manage.py migrate`: `manage.py grants careid_run --worker careid_work`.
\set ON_ERROR_STOP on
\set migrate `cat "$MIGRATE_PASSWORD_FILE"`
\set run `cat "$RUN_PASSWORD_FILE"`
\set work `cat "$WORK_PASSWORD_FILE"`
SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', role, password)
FROM (VALUES ('careid_migrate', :'migrate'), ('careid_run', :'run'), ('careid_work', :'work')) AS wanted (role, password)
WHERE role NOT IN (SELECT rolname FROM pg_roles) \gexec
SELECT 'CREATE DATABASE careid OWNER careid_migrate ENCODING ''UTF8'' TEMPLATE template0'
WHERE 'careid' NOT IN (SELECT datname FROM pg_database) \gexec
REVOKE ALL ON DATABASE careid FROM PUBLIC;
GRANT CONNECT ON DATABASE careid TO careid_run, careid_work;
