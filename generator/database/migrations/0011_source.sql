-- Which database this is. A build compares it with what its output was last built from, so that a
-- wrong URL, or one that got lost, doesn't replace a site by another.
--
-- Three things make the identity: a random id kept here, which no other database was born with; the
-- server's own identity and the database's oid, which a dump leaves behind. A new host name, a pooler
-- and a promoted replica change none of them.

CREATE TABLE qwikfolio.source (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid()
);
CREATE UNIQUE INDEX source_is_one ON qwikfolio.source ((true));
INSERT INTO qwikfolio.source DEFAULT VALUES;
COMMENT ON TABLE qwikfolio.source IS
    'One row: the random part of this database''s identity. Give a physical copy that is to be a '
    'database of its own (a clone for tests) another one: UPDATE qwikfolio.source SET id = DEFAULT';

-- The server's identity. Where the provider doesn't allow that function, the row above stands in: a
-- replica has it in the same table, written by the same transaction; a dump that is restored writes
-- it anew.
CREATE FUNCTION qwikfolio.server_identity() RETURNS text LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT system_identifier FROM pg_control_system());
EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN
    RETURN (SELECT format('table %s row %s', s.tableoid::oid, s.xmin) FROM qwikfolio.source s);
END
$$;
COMMENT ON FUNCTION qwikfolio.server_identity() IS
    'The same on a server and its physical replicas; another on any other server';

CREATE FUNCTION qwikfolio.source_identity() RETURNS text LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%s/%s/%s', s.id, qwikfolio.server_identity(), d.oid)
    FROM qwikfolio.source s, pg_database d
    WHERE d.datname = current_database()
$$;
COMMENT ON FUNCTION qwikfolio.source_identity() IS
    'Which database this is, for builds: equal for the same one only, whatever leads to it';

-- As in 0006; the server's identity is now told where pg_control_system() isn't allowed, too.
CREATE OR REPLACE FUNCTION qwikfolio.line() RETURNS text LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH relations AS (
        SELECT c.oid, c.xmin FROM pg_class c
        WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'public')
            AND c.relname IN (
                'portfolios', 'profiles', 'skills', 'projects', 'project_tech_stack',
                'experience', 'education', 'certifications')
    ), definitions (mark) AS (
        SELECT format('table %s %s', oid, xmin) FROM relations
        UNION ALL SELECT format('column %s %s %s', attrelid, attnum, xmin)
            FROM pg_attribute WHERE attrelid IN (SELECT oid FROM relations)
        UNION ALL SELECT format('policy %s %s', oid, xmin)
            FROM pg_policy WHERE polrelid IN (SELECT oid FROM relations)
        UNION ALL SELECT format('trigger %s %s', oid, xmin)
            FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM relations) AND NOT tgisinternal
    )
    SELECT concat_ws('/',
        qwikfolio.server_identity(),
        -- From the WAL: the control file says so only after the next checkpoint. A standby can't
        -- say, and is on no line with anything.
        CASE WHEN pg_is_in_recovery() THEN 'standby'
            ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END,
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        (SELECT md5(string_agg(mark, ' ' ORDER BY mark COLLATE "C")) FROM definitions))
$$;

REVOKE EXECUTE ON FUNCTION qwikfolio.server_identity() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.source_identity() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION qwikfolio.source_identity() TO qwikfolio_publisher;
