-- The nine tables of v1, as the Data Dictionary has them, and their indexes.
--
-- Where the app's own tables stand they stay, with their rows and constraints. Every reference to
-- auth.users cascades: deleting a user deletes all there is of them (GDPR).

-- A table from before v1 would fail further down, with a message that helps nobody.
DO $$
DECLARE
    missing text;
BEGIN
    SELECT string_agg(format('%s.%s', wanted.relation, attribute), ', '
        ORDER BY wanted.relation, attribute)
    INTO missing
    FROM (VALUES
        ('portfolios', 'id user_id name headline email phone bio website location role_level
            availability hourly_rate salary_range profile_photo_url github linkedin social_links
            settings theme primary_stack slug published created_at updated_at'),
        ('profiles', 'id full_name username avatar_url onboarding_completed last_seen_at plan
            created_at updated_at'),
        ('skills', 'id user_id name category level years_experience skill created_at'),
        ('projects', 'id user_id name description role highlights tags featured order media
            repo_url live_url created_at updated_at'),
        ('project_tech_stack', 'id project_id tech created_at'),
        ('experience', 'id user_id company role start_date end_date current location
            employment_type description achievements created_at updated_at'),
        ('education', 'id user_id school degree field start_date end_date current description
            gpa coursework honors created_at updated_at'),
        ('certifications', 'id user_id name issuer issue_date expiry_date credential_id
            credential_url created_at updated_at'),
        ('portfolio_analytics', 'id user_id event_type slug project_id event_data created_at')
    ) AS wanted (relation, attributes)
    JOIN pg_class c ON c.relname = wanted.relation
        AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'public')
    CROSS JOIN regexp_split_to_table(wanted.attributes, '\s+') AS attribute
    WHERE NOT EXISTS (
        SELECT FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attname = attribute AND NOT a.attisdropped
    );

    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'the tables are older than v1: they lack %', missing
            USING HINT = 'add them as docs/database.md tells under "Tables from before v1", then migrate again';
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS public.portfolios (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL UNIQUE REFERENCES auth.users (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (char_length(name) >= 1),
    headline text NOT NULL CHECK (char_length(headline) >= 1),
    email text NOT NULL,
    phone text,
    bio text,
    website text,
    location text,
    role_level text CHECK (role_level IN ('junior', 'mid', 'senior', 'lead')),
    availability text CHECK (availability IN ('open_to_work', 'freelance', 'not_open')),
    hourly_rate numeric(10, 2),
    salary_range text,
    profile_photo_url text,
    github text,
    linkedin text,
    social_links jsonb DEFAULT '[]',
    settings jsonb DEFAULT '{"isPublic": false, "showContactForm": true}',
    theme jsonb DEFAULT '{"id": "emerald", "primaryColor": "emerald", "accentStyle": "soft",
        "radius": "md", "layout": "sidebar-left", "showProfilePhoto": true}',
    primary_stack jsonb DEFAULT '[]',
    slug text,
    published boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS public.profiles (
    id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
    full_name text,
    username text UNIQUE,
    avatar_url text,
    onboarding_completed boolean NOT NULL DEFAULT false,
    last_seen_at timestamptz,
    plan text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'pro')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS public.skills (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (char_length(name) >= 2),
    category text NOT NULL CHECK (category IN ('language', 'framework', 'tool', 'soft_skill')),
    level text NOT NULL CHECK (level IN ('beginner', 'intermediate', 'advanced')),
    years_experience numeric(3, 1),
    skill text,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, name)
);

CREATE TABLE IF NOT EXISTS public.projects (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (char_length(name) >= 2),
    description text NOT NULL CHECK (char_length(description) >= 10),
    role text,
    highlights jsonb DEFAULT '[]',
    tags jsonb DEFAULT '[]',
    featured boolean NOT NULL DEFAULT false,
    "order" integer NOT NULL DEFAULT 0,
    media jsonb DEFAULT '[]',
    repo_url text,
    live_url text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS public.project_tech_stack (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    project_id uuid NOT NULL REFERENCES public.projects (id) ON DELETE CASCADE,
    tech text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (project_id, tech)
);

CREATE TABLE IF NOT EXISTS public.experience (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    company text NOT NULL CHECK (char_length(company) >= 2),
    role text NOT NULL CHECK (char_length(role) >= 2),
    start_date text NOT NULL,
    end_date text,
    current boolean NOT NULL DEFAULT false,
    location text,
    employment_type text CHECK (employment_type IN ('full_time', 'contract', 'internship')),
    description text,
    achievements jsonb DEFAULT '[]',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS public.education (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    school text NOT NULL CHECK (char_length(school) >= 2),
    degree text NOT NULL CHECK (char_length(degree) >= 2),
    field text NOT NULL CHECK (char_length(field) >= 2),
    start_date text NOT NULL,
    end_date text,
    current boolean NOT NULL DEFAULT false,
    description text,
    gpa numeric(3, 2) CHECK (gpa >= 0 AND gpa <= 4.0),
    coursework jsonb DEFAULT '[]',
    honors text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS public.certifications (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (char_length(name) >= 2),
    issuer text NOT NULL CHECK (char_length(issuer) >= 2),
    issue_date text NOT NULL,
    expiry_date text,
    credential_id text,
    credential_url text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- The Data Dictionary marks every key that cascades, and project_id is not among them: an owner who
-- takes a project down keeps its events, which then name no project. Refusing (NO ACTION) is no
-- choice, since it would stop the deletion of a user whose projects were looked at.
CREATE TABLE IF NOT EXISTS public.portfolio_analytics (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    event_type text NOT NULL CHECK (
        event_type IN ('view', 'download', 'contact_click', 'social_click', 'project_view')
    ),
    slug text,
    project_id uuid REFERENCES public.projects (id) ON DELETE SET NULL,
    event_data jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_portfolios_slug_unique
    ON public.portfolios (slug) WHERE slug IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_portfolios_slug ON public.portfolios (slug);
CREATE INDEX IF NOT EXISTS idx_portfolios_user_id ON public.portfolios (user_id);

CREATE INDEX IF NOT EXISTS idx_skills_user_id ON public.skills (user_id);
CREATE INDEX IF NOT EXISTS idx_skills_user_category ON public.skills (user_id, category);
CREATE INDEX IF NOT EXISTS idx_skills_category ON public.skills (category);
CREATE INDEX IF NOT EXISTS idx_skills_level ON public.skills (level);

CREATE INDEX IF NOT EXISTS idx_projects_user_id ON public.projects (user_id);
CREATE INDEX IF NOT EXISTS idx_projects_featured ON public.projects (user_id, featured);
CREATE INDEX IF NOT EXISTS idx_projects_order ON public.projects (user_id, "order");

CREATE INDEX IF NOT EXISTS idx_project_tech_stack_project_id
    ON public.project_tech_stack (project_id);

CREATE INDEX IF NOT EXISTS idx_experience_user_id ON public.experience (user_id);
CREATE INDEX IF NOT EXISTS idx_experience_employment_type
    ON public.experience (user_id, employment_type);

CREATE INDEX IF NOT EXISTS idx_education_user_id ON public.education (user_id);

CREATE INDEX IF NOT EXISTS idx_certifications_user_id ON public.certifications (user_id);
CREATE INDEX IF NOT EXISTS idx_certifications_issue_date ON public.certifications (issue_date);

CREATE INDEX IF NOT EXISTS idx_portfolio_analytics_user_id
    ON public.portfolio_analytics (user_id);
CREATE INDEX IF NOT EXISTS idx_portfolio_analytics_event_type
    ON public.portfolio_analytics (event_type);
CREATE INDEX IF NOT EXISTS idx_portfolio_analytics_created_at
    ON public.portfolio_analytics (created_at);
CREATE INDEX IF NOT EXISTS idx_portfolio_analytics_user_event
    ON public.portfolio_analytics (user_id, event_type);
CREATE INDEX IF NOT EXISTS idx_portfolio_analytics_slug
    ON public.portfolio_analytics (slug);
CREATE INDEX IF NOT EXISTS idx_portfolio_analytics_project_id
    ON public.portfolio_analytics (project_id);
