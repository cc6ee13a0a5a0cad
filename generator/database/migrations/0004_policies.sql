-- Row-level security on every table, and who may do what, as the documentation lists it.
--
-- "Public" is the roles `anon` and `authenticated`. As on Supabase the grants are wide and the
-- policies decide; TRUNCATE, which no policy governs, is left out. A table that has policies
-- already is the app's, and keeps its own policies and grants.
--
-- A policy's subquery is correlated, so that it can follow the index on `user_id` for one person,
-- and `(SELECT auth.uid())` is asked once a statement, not once a row.

ALTER TABLE public.portfolios ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.skills ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.project_tech_stack ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.experience ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.education ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.certifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.portfolio_analytics ENABLE ROW LEVEL SECURITY;

-- Fails where the schema belongs to somebody who has granted it already; then there is no need.
DO $$
BEGIN
    GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
EXCEPTION WHEN insufficient_privilege THEN NULL;
END
$$;

DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_policies WHERE schemaname = 'public' AND tablename = 'portfolios'
    ) THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.portfolios
        TO anon, authenticated, service_role;

    CREATE POLICY "Users manage their own portfolio" ON public.portfolios
        TO authenticated
        USING (user_id = (SELECT auth.uid()))
        WITH CHECK (user_id = (SELECT auth.uid()));
    CREATE POLICY "Public can read published portfolios" ON public.portfolios
        FOR SELECT TO anon, authenticated
        USING (published OR settings ->> 'isPublic' = 'true');
END
$$;

DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_policies WHERE schemaname = 'public' AND tablename = 'profiles'
    ) THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.profiles
        TO anon, authenticated, service_role;

    CREATE POLICY "Users read their own profile" ON public.profiles
        FOR SELECT TO authenticated
        USING (id = (SELECT auth.uid()));
    CREATE POLICY "Users update their own profile" ON public.profiles
        FOR UPDATE TO authenticated
        USING (id = (SELECT auth.uid()))
        WITH CHECK (id = (SELECT auth.uid()));
    CREATE POLICY "Public can read profiles" ON public.profiles
        FOR SELECT TO anon, authenticated
        USING (true);
END
$$;

DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_policies WHERE schemaname = 'public' AND tablename = 'skills'
    ) THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.skills
        TO anon, authenticated, service_role;

    CREATE POLICY "Users manage their own skills" ON public.skills
        TO authenticated
        USING (user_id = (SELECT auth.uid()))
        WITH CHECK (user_id = (SELECT auth.uid()));
    CREATE POLICY "Public can read published skills" ON public.skills
        FOR SELECT TO anon, authenticated
        USING (EXISTS (
            SELECT FROM public.portfolios p
            WHERE p.user_id = skills.user_id
                AND (p.published OR p.settings ->> 'isPublic' = 'true')
        ));
END
$$;

DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_policies WHERE schemaname = 'public' AND tablename = 'projects'
    ) THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.projects
        TO anon, authenticated, service_role;

    CREATE POLICY "Users manage their own projects" ON public.projects
        TO authenticated
        USING (user_id = (SELECT auth.uid()))
        WITH CHECK (user_id = (SELECT auth.uid()));
    CREATE POLICY "Public can read published projects" ON public.projects
        FOR SELECT TO anon, authenticated
        USING (EXISTS (
            SELECT FROM public.portfolios p
            WHERE p.user_id = projects.user_id
                AND (p.published OR p.settings ->> 'isPublic' = 'true')
        ));
END
$$;

-- Whoever may see a project may see what it was built with.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_policies WHERE schemaname = 'public' AND tablename = 'project_tech_stack'
    ) THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.project_tech_stack
        TO anon, authenticated, service_role;

    CREATE POLICY "Users manage their own tech stack" ON public.project_tech_stack
        TO authenticated
        USING (EXISTS (
            SELECT FROM public.projects r
            WHERE r.id = project_id AND r.user_id = (SELECT auth.uid())
        ))
        WITH CHECK (EXISTS (
            SELECT FROM public.projects r
            WHERE r.id = project_id AND r.user_id = (SELECT auth.uid())
        ));
    CREATE POLICY "Public can read published tech stack" ON public.project_tech_stack
        FOR SELECT TO anon, authenticated
        USING (EXISTS (SELECT FROM public.projects r WHERE r.id = project_id));
END
$$;

DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_policies WHERE schemaname = 'public' AND tablename = 'experience'
    ) THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.experience
        TO anon, authenticated, service_role;

    CREATE POLICY "Users manage their own experience" ON public.experience
        TO authenticated
        USING (user_id = (SELECT auth.uid()))
        WITH CHECK (user_id = (SELECT auth.uid()));
    CREATE POLICY "Public can read published experience" ON public.experience
        FOR SELECT TO anon, authenticated
        USING (EXISTS (
            SELECT FROM public.portfolios p
            WHERE p.user_id = experience.user_id
                AND (p.published OR p.settings ->> 'isPublic' = 'true')
        ));
END
$$;

DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_policies WHERE schemaname = 'public' AND tablename = 'education'
    ) THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.education
        TO anon, authenticated, service_role;

    CREATE POLICY "Users manage their own education" ON public.education
        TO authenticated
        USING (user_id = (SELECT auth.uid()))
        WITH CHECK (user_id = (SELECT auth.uid()));
    CREATE POLICY "Public can read published education" ON public.education
        FOR SELECT TO anon, authenticated
        USING (EXISTS (
            SELECT FROM public.portfolios p
            WHERE p.user_id = education.user_id
                AND (p.published OR p.settings ->> 'isPublic' = 'true')
        ));
END
$$;

DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_policies WHERE schemaname = 'public' AND tablename = 'certifications'
    ) THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.certifications
        TO anon, authenticated, service_role;

    CREATE POLICY "Users manage their own certifications" ON public.certifications
        TO authenticated
        USING (user_id = (SELECT auth.uid()))
        WITH CHECK (user_id = (SELECT auth.uid()));
    CREATE POLICY "Public can read published certifications" ON public.certifications
        FOR SELECT TO anon, authenticated
        USING (EXISTS (
            SELECT FROM public.portfolios p
            WHERE p.user_id = certifications.user_id
                AND (p.published OR p.settings ->> 'isPublic' = 'true')
        ));
END
$$;

-- An event is about a portfolio that is public, and about a project only of the same person.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_policies WHERE schemaname = 'public' AND tablename = 'portfolio_analytics'
    ) THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.portfolio_analytics
        TO anon, authenticated, service_role;

    CREATE POLICY "Users read their own events" ON public.portfolio_analytics
        FOR SELECT TO authenticated
        USING (user_id = (SELECT auth.uid()));
    CREATE POLICY "Public can add events of published portfolios" ON public.portfolio_analytics
        FOR INSERT TO anon, authenticated
        WITH CHECK (
            EXISTS (
                SELECT FROM public.portfolios p
                WHERE p.user_id = portfolio_analytics.user_id
                    AND (p.published OR p.settings ->> 'isPublic' = 'true')
            )
            AND (project_id IS NULL OR EXISTS (
                SELECT FROM public.projects r
                WHERE r.id = project_id AND r.user_id = portfolio_analytics.user_id
            ))
        );
END
$$;

-- `service_role` bypasses all this, unless who made it had no such right to give.
DO $$
DECLARE
    name text;
BEGIN
    IF (SELECT rolbypassrls FROM pg_roles WHERE rolname = 'service_role') THEN
        RETURN;
    END IF;
    FOREACH name IN ARRAY ARRAY[
        'portfolios', 'profiles', 'skills', 'projects', 'project_tech_stack', 'experience',
        'education', 'certifications', 'portfolio_analytics'
    ] LOOP
        EXECUTE format('DROP POLICY IF EXISTS "The service sees everything" ON public.%I', name);
        EXECUTE format('CREATE POLICY "The service sees everything" ON public.%I '
            'TO service_role USING (true) WITH CHECK (true)', name);
    END LOOP;
END
$$;
