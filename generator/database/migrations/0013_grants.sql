-- Column grants: what a policy can't say, since it lets a whole row through or none of it.
--
-- Where these migrations made the tables, `anon` and `authenticated` get the columns that a public
-- page shows and that an owner may write, and only the beacon inserts events. Where the tables are
-- the app's, nothing is revoked; there qwikfolio.wide_grants lists what goes beyond.

-- Columns that an owner can switch off (email, hourly_rate, salary_range, profile_photo_url,
-- settings.contactEmail) are in no SELECT here: a grant can't follow the switch. Both roles read
-- the same columns of portfolios and profiles, because anybody can sign up.
CREATE VIEW qwikfolio.app_grants (relation, grantee, privilege, columns) AS
SELECT relation, grantee, privilege, regexp_split_to_array(nullif(columns, ''), '\s+')
FROM (VALUES
    ('portfolios', 'anon', 'SELECT', 'id user_id name headline bio website location role_level
        availability social_links theme primary_stack slug published created_at updated_at'),
    ('portfolios', 'authenticated', 'SELECT', 'id user_id name headline bio website location
        role_level availability social_links theme primary_stack slug published created_at
        updated_at'),
    ('portfolios', 'authenticated', 'INSERT', 'user_id name headline email phone bio website
        location role_level availability hourly_rate salary_range profile_photo_url github linkedin
        social_links settings theme primary_stack slug published'),
    ('portfolios', 'authenticated', 'UPDATE', 'name headline email phone bio website location
        role_level availability hourly_rate salary_range profile_photo_url github linkedin
        social_links settings theme primary_stack slug published'),
    ('portfolios', 'authenticated', 'DELETE', ''),
    ('profiles', 'anon', 'SELECT', 'id username'),
    ('profiles', 'authenticated', 'SELECT', 'id username'),
    ('profiles', 'authenticated', 'UPDATE', 'full_name username avatar_url onboarding_completed
        last_seen_at'),
    ('skills', 'anon', 'SELECT', 'id user_id name category level years_experience created_at'),
    ('skills', 'authenticated', 'SELECT', 'id user_id name category level years_experience skill
        created_at'),
    ('skills', 'authenticated', 'INSERT', 'user_id name category level years_experience skill'),
    ('skills', 'authenticated', 'UPDATE', 'name category level years_experience skill'),
    ('skills', 'authenticated', 'DELETE', ''),
    ('projects', 'anon', 'SELECT', 'id user_id name description role highlights tags featured order
        media repo_url live_url created_at'),
    ('projects', 'authenticated', 'SELECT', 'id user_id name description role highlights tags
        featured order media repo_url live_url created_at updated_at'),
    ('projects', 'authenticated', 'INSERT', 'user_id name description role highlights tags featured
        order media repo_url live_url'),
    ('projects', 'authenticated', 'UPDATE', 'name description role highlights tags featured order
        media repo_url live_url'),
    ('projects', 'authenticated', 'DELETE', ''),
    ('project_tech_stack', 'anon', 'SELECT', 'id project_id tech created_at'),
    ('project_tech_stack', 'authenticated', 'SELECT', 'id project_id tech created_at'),
    ('project_tech_stack', 'authenticated', 'INSERT', 'project_id tech'),
    ('project_tech_stack', 'authenticated', 'UPDATE', 'tech'),
    ('project_tech_stack', 'authenticated', 'DELETE', ''),
    ('experience', 'anon', 'SELECT', 'id user_id company role start_date end_date current location
        employment_type description achievements created_at'),
    ('experience', 'authenticated', 'SELECT', 'id user_id company role start_date end_date current
        location employment_type description achievements created_at updated_at'),
    ('experience', 'authenticated', 'INSERT', 'user_id company role start_date end_date current
        location employment_type description achievements'),
    ('experience', 'authenticated', 'UPDATE', 'company role start_date end_date current location
        employment_type description achievements'),
    ('experience', 'authenticated', 'DELETE', ''),
    ('education', 'anon', 'SELECT', 'id user_id school degree field start_date end_date current
        description gpa coursework honors created_at'),
    ('education', 'authenticated', 'SELECT', 'id user_id school degree field start_date end_date
        current description gpa coursework honors created_at updated_at'),
    ('education', 'authenticated', 'INSERT', 'user_id school degree field start_date end_date
        current description gpa coursework honors'),
    ('education', 'authenticated', 'UPDATE', 'school degree field start_date end_date current
        description gpa coursework honors'),
    ('education', 'authenticated', 'DELETE', ''),
    ('certifications', 'anon', 'SELECT', 'id user_id name issuer issue_date expiry_date
        credential_id credential_url created_at'),
    ('certifications', 'authenticated', 'SELECT', 'id user_id name issuer issue_date expiry_date
        credential_id credential_url created_at updated_at'),
    ('certifications', 'authenticated', 'INSERT', 'user_id name issuer issue_date expiry_date
        credential_id credential_url'),
    ('certifications', 'authenticated', 'UPDATE', 'name issuer issue_date expiry_date credential_id
        credential_url'),
    ('certifications', 'authenticated', 'DELETE', ''),
    ('portfolio_analytics', 'authenticated', 'SELECT', 'id user_id event_type slug project_id
        event_data created_at')
) AS documented (relation, grantee, privilege, columns);
COMMENT ON VIEW qwikfolio.app_grants IS
    'What the app''s roles are granted where the migrations made the tables. No columns: the whole';

-- `read_by`: policies of other tables that ask for such a column as the role itself, and would fail
-- without it.
CREATE VIEW qwikfolio.wide_grants (relation, grantee, privilege, columns, read_by, statement) AS
WITH tables AS (
    SELECT c.oid, c.relname, c.relacl, c.relowner
    FROM pg_class c
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'public')
        AND c.relname IN (SELECT relation FROM qwikfolio.app_grants)
), columns AS (
    SELECT t.oid, a.attname, a.attnum, a.attacl
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid
    WHERE a.attnum > 0 AND NOT a.attisdropped
), entries AS (
    SELECT t.oid, e.grantee, e.privilege_type, NULL::name AS attname
    FROM tables t, aclexplode(coalesce(t.relacl, acldefault('r', t.relowner))) AS e
    UNION ALL
    SELECT c.oid, e.grantee, e.privilege_type, c.attname
    FROM columns c, aclexplode(c.attacl) AS e
), granted AS (
    SELECT e.oid, coalesce(r.rolname, 'PUBLIC') AS grantee, e.privilege_type AS privilege,
        bool_or(e.attname IS NULL) AS whole,
        array_agg(e.attname) FILTER (WHERE e.attname IS NOT NULL) AS names
    FROM entries e LEFT JOIN pg_roles r ON r.oid = e.grantee
    WHERE e.grantee = 0 OR r.rolname IN ('anon', 'authenticated')
    GROUP BY e.oid, coalesce(r.rolname, 'PUBLIC'), e.privilege_type
), judged AS (
    SELECT t.relname, g.*, d.columns AS kept,
        d.relation IS NOT NULL AND d.columns IS NULL AS wholly_documented,
        CASE WHEN d.columns IS NOT NULL OR NOT g.whole THEN ARRAY(
            SELECT c.attname FROM columns c
            WHERE c.oid = g.oid AND (g.whole OR c.attname = ANY (g.names))
                AND c.attname <> ALL (coalesce(d.columns, '{}'))
            ORDER BY c.attnum
        ) END AS beyond
    FROM granted g
    JOIN tables t ON t.oid = g.oid
    LEFT JOIN qwikfolio.app_grants d ON d.relation = t.relname
        AND d.grantee = g.grantee AND d.privilege = g.privilege
)
SELECT
    j.relname::text,
    j.grantee::text,
    j.privilege,
    j.beyond::text[],
    ARRAY(
        SELECT DISTINCT format('%I on %s', p.polname, p.polrelid::regclass)
        FROM pg_policy p
        JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = j.oid
        JOIN columns c ON c.oid = d.refobjid AND c.attnum = d.refobjsubid
        WHERE j.privilege = 'SELECT' AND p.polrelid <> j.oid AND p.polname NOT LIKE 'qwikfolio\_%'
            AND (j.beyond IS NULL OR c.attname = ANY (j.beyond))
        ORDER BY 1
    ),
    format('REVOKE %s%s ON public.%I FROM %s;', j.privilege,
        CASE WHEN NOT j.whole
            THEN ' (' || (SELECT string_agg(quote_ident(n), ', ') FROM unnest(j.beyond) n) || ')'
            ELSE '' END,
        j.relname, j.grantee)
    || CASE WHEN j.whole AND j.kept IS NOT NULL THEN format(' GRANT %s (%s) ON public.%I TO %s;',
        j.privilege, (SELECT string_agg(quote_ident(n), ', ') FROM unnest(j.kept) n),
        j.relname, j.grantee) ELSE '' END
FROM judged j
WHERE NOT j.wholly_documented AND (j.beyond IS NULL OR j.beyond <> '{}');
COMMENT ON VIEW qwikfolio.wide_grants IS
    'What the app''s roles are granted beyond app_grants, and the statement that takes it back';

-- No default privilege and no PUBLIC opens what is ours. Triggers fire without EXECUTE.
REVOKE ALL ON SCHEMA qwikfolio FROM PUBLIC, anon, authenticated;
REVOKE ALL ON ALL TABLES IN SCHEMA qwikfolio FROM PUBLIC, anon, authenticated;
REVOKE ALL ON ALL ROUTINES IN SCHEMA qwikfolio FROM PUBLIC, anon, authenticated;

DO $$
DECLARE
    tables CONSTANT text[] := ARRAY['portfolios', 'profiles', 'skills', 'projects',
        'project_tech_stack', 'experience', 'education', 'certifications', 'portfolio_analytics'];
    plain boolean;
    grants text[];
    statement text;
    name text;
BEGIN
    -- Plain: the transaction that created the ledger created the nine tables too. A restored dump
    -- has lost that; there the `auth.users` of 0001 tells, which an app with tables of its own
    -- doesn't have. A policy for the app's roles that 0004 didn't make says that an app uses the
    -- tables. Only who owns all of them can narrow them.
    SELECT count(*) FILTER (WHERE pg_has_role(c.relowner, 'USAGE')) = 9
        AND (
            count(*) FILTER (WHERE t.xmin = (
                SELECT xmin FROM pg_type WHERE typrelid = 'qwikfolio.migrations'::regclass
            )) = 9
            OR EXISTS (SELECT FROM qwikfolio.migrations WHERE number = 1 AND applied_at < now())
            AND (
                SELECT array_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
                    pg_get_expr(d.adbin, d.adrelid)) ORDER BY a.attnum)
                FROM pg_attribute a
                JOIN pg_class u ON u.oid = a.attrelid AND u.relname = 'users'
                JOIN pg_namespace n ON n.oid = u.relnamespace AND n.nspname = 'auth'
                LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attnum BETWEEN 1 AND 3
            ) = ARRAY['id uuid gen_random_uuid()', 'email text',
                'created_at timestamp with time zone now()']
        )
        AND NOT EXISTS (
            SELECT FROM pg_policies p
            WHERE p.schemaname = 'public' AND p.tablename = ANY (tables)
                AND p.roles && ARRAY['public', 'anon', 'authenticated']::name[]
                AND p.policyname NOT LIKE 'qwikfolio\_%'
                AND p.policyname NOT LIKE 'Users manage their own %'
                AND p.policyname NOT LIKE 'Public can read published %'
                AND p.policyname NOT IN ('Users read their own profile',
                    'Users update their own profile', 'Public can read profiles',
                    'Users read their own events',
                    'Public can add events of published portfolios')
        )
    INTO plain
    FROM pg_class c JOIN pg_type t ON t.oid = c.reltype
    WHERE c.oid = ANY (SELECT format('public.%I', n)::regclass FROM unnest(tables) n);
    IF NOT plain THEN
        RETURN;
    END IF;

    -- Nothing is given that was not granted before: somebody may have revoked more than this does.
    SELECT array_agg(format('GRANT %s ON public.%I TO %I',
        g.privilege || coalesce(' (' || g.names || ')', ''), g.relation, g.grantee))
    INTO grants
    FROM (
        SELECT a.relation, a.grantee, a.privilege, a.columns, (
            SELECT string_agg(quote_ident(c), ', ') FROM unnest(a.columns) c
            WHERE has_column_privilege(a.grantee, 'public.' || a.relation, c, a.privilege)
        ) AS names
        FROM qwikfolio.app_grants a
    ) AS g
    WHERE g.names IS NOT NULL
        OR g.columns IS NULL
            AND has_table_privilege(g.grantee, 'public.' || g.relation, g.privilege);

    FOREACH name IN ARRAY tables LOOP
        EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, anon, authenticated', name);
    END LOOP;
    FOREACH statement IN ARRAY coalesce(grants, '{}') LOOP
        EXECUTE statement;
    END LOOP;

    -- Who is public is said once, by the policies of `portfolios`: a policy of another table asks
    -- as the role itself, which may no longer read the columns that say it.
    FOR statement IN
        SELECT format('ALTER POLICY %I ON public.%I USING (EXISTS ('
            'SELECT FROM public.portfolios p WHERE p.user_id = %2$I.user_id))',
            p.policyname, p.tablename)
        FROM pg_policies p
        WHERE p.schemaname = 'public' AND p.policyname LIKE 'Public can read published %'
            AND p.tablename IN ('skills', 'projects', 'experience', 'education', 'certifications')
    LOOP
        EXECUTE statement;
    END LOOP;

    DROP POLICY IF EXISTS "Public can add events of published portfolios"
        ON public.portfolio_analytics;

    -- A grant is for all rows that a policy lets through, so an owner's own row, whole, is here.
    CREATE VIEW public.my_portfolio WITH (security_barrier) AS
        SELECT * FROM public.portfolios WHERE user_id = (SELECT auth.uid());
    CREATE VIEW public.my_profile WITH (security_barrier) AS
        SELECT * FROM public.profiles WHERE id = (SELECT auth.uid());
    -- They run as their owner: default privileges would let anybody write through them.
    REVOKE ALL ON public.my_portfolio, public.my_profile
        FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT ON public.my_portfolio, public.my_profile TO authenticated;
END
$$;

-- Events of others than the beacon, where the app has a policy for them: none of another day, and
-- none larger than the beacon takes. Clients also send an object as a JSON string that holds it.
CREATE POLICY qwikfolio_event_bounds ON public.portfolio_analytics AS RESTRICTIVE
    FOR INSERT TO anon, authenticated WITH CHECK (
        created_at BETWEEN now() - interval '1 day' AND now() + interval '1 day'
        AND octet_length(event_type) <= 64
        AND (slug IS NULL OR octet_length(slug) <= 400)
        AND (event_data IS NULL OR octet_length(event_data::text) <= 4096
            AND jsonb_typeof(event_data::jsonb) IN ('object', 'string', 'null'))
    );

-- The beacon's may have waited in a spool. What it sends is within this (store.sql): an event that a
-- policy refused would hold up all behind it.
CREATE POLICY qwikfolio_beacon_bounds ON public.portfolio_analytics AS RESTRICTIVE
    FOR INSERT TO qwikfolio_beacon WITH CHECK (
        created_at BETWEEN now() - interval '400 days' AND now() + interval '5 minutes'
    );
