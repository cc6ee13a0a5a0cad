-- Our two roles. `qwikfolio_publisher` reads what a page shows, of public people;
-- `qwikfolio_beacon` writes events about them. Each policy comes twice: a permissive one, since
-- without any a role sees nothing, and a restrictive one, so that no policy of the app's, however
-- wide, shows them more.

DO $$
DECLARE
    wanted text;
    modern boolean := current_setting('server_version_num')::integer >= 160000;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['qwikfolio_publisher', 'qwikfolio_beacon'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- another database's migration was first
            END;
        END IF;

        -- Who migrates may become them. From PostgreSQL 16 on that need not mean to inherit: the
        -- restrictive policies would bind the migrating role itself.
        IF NOT pg_has_role(wanted, CASE WHEN modern THEN 'SET' ELSE 'MEMBER' END) THEN
            BEGIN
                EXECUTE format('GRANT %I TO CURRENT_USER', wanted)
                    || CASE WHEN modern THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
            EXCEPTION
                WHEN insufficient_privilege OR unique_violation THEN
                    NULL;  -- somebody else's roles: whoever needs them will be told what to grant
            END;
        END IF;
    END LOOP;
END
$$;

DO $$
BEGIN
    GRANT USAGE ON SCHEMA public TO qwikfolio_publisher, qwikfolio_beacon;
EXCEPTION WHEN insufficient_privilege THEN NULL;  -- as in 0004
END
$$;

GRANT USAGE ON SCHEMA qwikfolio TO qwikfolio_publisher, qwikfolio_beacon;
GRANT SELECT ON qwikfolio.migrations TO qwikfolio_publisher, qwikfolio_beacon;

GRANT SELECT (
    id, user_id, name, headline, email, bio, website, location, role_level, availability,
    hourly_rate, salary_range, profile_photo_url, github, linkedin, social_links, settings, theme,
    primary_stack, slug, published, created_at, updated_at
) ON public.portfolios TO qwikfolio_publisher;

GRANT SELECT (
    id, username, avatar_url
) ON public.profiles TO qwikfolio_publisher;

GRANT SELECT (
    id, user_id, name, category, level, years_experience, skill, created_at
) ON public.skills TO qwikfolio_publisher;

GRANT SELECT (
    id, user_id, name, description, role, highlights, tags, featured, "order", media, repo_url,
    live_url, created_at
) ON public.projects TO qwikfolio_publisher;

GRANT SELECT (
    id, project_id, tech, created_at
) ON public.project_tech_stack TO qwikfolio_publisher;

GRANT SELECT (
    id, user_id, company, role, start_date, end_date, current, location, employment_type,
    description, achievements, created_at
) ON public.experience TO qwikfolio_publisher;

GRANT SELECT (
    id, user_id, school, degree, field, start_date, end_date, current, description, gpa,
    coursework, honors, created_at
) ON public.education TO qwikfolio_publisher;

GRANT SELECT (
    id, user_id, name, issuer, issue_date, expiry_date, credential_id, credential_url,
    created_at
) ON public.certifications TO qwikfolio_publisher;

CREATE POLICY qwikfolio_publisher_reads ON public.portfolios
    FOR SELECT TO qwikfolio_publisher USING (published OR settings ->> 'isPublic' = 'true');
CREATE POLICY qwikfolio_publisher_only_public ON public.portfolios AS RESTRICTIVE
    FOR SELECT TO qwikfolio_publisher USING (published OR settings ->> 'isPublic' = 'true');

-- A row of another table is visible with its portfolio: who is public is said once, above.
CREATE POLICY qwikfolio_publisher_reads ON public.profiles
    FOR SELECT TO qwikfolio_publisher USING (true);
CREATE POLICY qwikfolio_publisher_only_public ON public.profiles AS RESTRICTIVE
    FOR SELECT TO qwikfolio_publisher USING (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = profiles.id
    ));

CREATE POLICY qwikfolio_publisher_reads ON public.skills
    FOR SELECT TO qwikfolio_publisher USING (true);
CREATE POLICY qwikfolio_publisher_only_public ON public.skills AS RESTRICTIVE
    FOR SELECT TO qwikfolio_publisher USING (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = skills.user_id
    ));

CREATE POLICY qwikfolio_publisher_reads ON public.projects
    FOR SELECT TO qwikfolio_publisher USING (true);
CREATE POLICY qwikfolio_publisher_only_public ON public.projects AS RESTRICTIVE
    FOR SELECT TO qwikfolio_publisher USING (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = projects.user_id
    ));

CREATE POLICY qwikfolio_publisher_reads ON public.project_tech_stack
    FOR SELECT TO qwikfolio_publisher USING (true);
CREATE POLICY qwikfolio_publisher_only_public ON public.project_tech_stack AS RESTRICTIVE
    FOR SELECT TO qwikfolio_publisher USING (EXISTS (
        SELECT FROM public.projects r WHERE r.id = project_id
    ));

CREATE POLICY qwikfolio_publisher_reads ON public.experience
    FOR SELECT TO qwikfolio_publisher USING (true);
CREATE POLICY qwikfolio_publisher_only_public ON public.experience AS RESTRICTIVE
    FOR SELECT TO qwikfolio_publisher USING (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = experience.user_id
    ));

CREATE POLICY qwikfolio_publisher_reads ON public.education
    FOR SELECT TO qwikfolio_publisher USING (true);
CREATE POLICY qwikfolio_publisher_only_public ON public.education AS RESTRICTIVE
    FOR SELECT TO qwikfolio_publisher USING (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = education.user_id
    ));

CREATE POLICY qwikfolio_publisher_reads ON public.certifications
    FOR SELECT TO qwikfolio_publisher USING (true);
CREATE POLICY qwikfolio_publisher_only_public ON public.certifications AS RESTRICTIVE
    FOR SELECT TO qwikfolio_publisher USING (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = certifications.user_id
    ));

-- The beacon: which address is whose, whose project it is, and nothing else to read.
GRANT SELECT (user_id, slug) ON public.portfolios TO qwikfolio_beacon;
GRANT SELECT (id, username) ON public.profiles TO qwikfolio_beacon;
GRANT SELECT (id, user_id) ON public.projects TO qwikfolio_beacon;
GRANT INSERT ON public.portfolio_analytics TO qwikfolio_beacon;

CREATE POLICY qwikfolio_beacon_reads ON public.portfolios
    FOR SELECT TO qwikfolio_beacon USING (published OR settings ->> 'isPublic' = 'true');
CREATE POLICY qwikfolio_beacon_only_public ON public.portfolios AS RESTRICTIVE
    FOR SELECT TO qwikfolio_beacon USING (published OR settings ->> 'isPublic' = 'true');

CREATE POLICY qwikfolio_beacon_reads ON public.profiles
    FOR SELECT TO qwikfolio_beacon USING (true);
CREATE POLICY qwikfolio_beacon_only_public ON public.profiles AS RESTRICTIVE
    FOR SELECT TO qwikfolio_beacon USING (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = profiles.id
    ));

CREATE POLICY qwikfolio_beacon_reads ON public.projects
    FOR SELECT TO qwikfolio_beacon USING (true);
CREATE POLICY qwikfolio_beacon_only_public ON public.projects AS RESTRICTIVE
    FOR SELECT TO qwikfolio_beacon USING (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = projects.user_id
    ));

CREATE POLICY qwikfolio_beacon_writes ON public.portfolio_analytics
    FOR INSERT TO qwikfolio_beacon WITH CHECK (true);
CREATE POLICY qwikfolio_beacon_only_public ON public.portfolio_analytics AS RESTRICTIVE
    FOR INSERT TO qwikfolio_beacon WITH CHECK (
        EXISTS (SELECT FROM public.portfolios p WHERE p.user_id = portfolio_analytics.user_id)
        AND (project_id IS NULL OR EXISTS (
            SELECT FROM public.projects r
            WHERE r.id = project_id AND r.user_id = portfolio_analytics.user_id
        ))
    );
