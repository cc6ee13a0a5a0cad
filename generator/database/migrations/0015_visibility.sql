-- Whether somebody is public is asked for each row that a policy guards, each line of the change log
-- and each address that a visitor sends. Where `published` doesn't say it, `settings` does, which its
-- owner may make as large as they like, a draft's too: read whole each time, one person's would keep
-- everybody's builds and events waiting. So what takes more bytes than this, as it is stored, says
-- nothing. (Compressed, it may be 255 times as large.) For builds that is the most which they
-- publish of it; for the beacon, which answers within half a second, less.
DO $$
DECLARE
    reader text;
    most integer;
    kind text;
BEGIN
    FOR reader, most IN VALUES ('publisher', 65536), ('beacon', 8192) LOOP
        FOREACH kind IN ARRAY ARRAY['reads', 'only_public'] LOOP
            EXECUTE format('ALTER POLICY %I ON public.portfolios USING (CASE'
                ' WHEN published THEN true'
                ' WHEN pg_column_size(settings) <= %s THEN settings ->> ''isPublic'' = ''true'''
                ' ELSE false END)', format('qwikfolio_%s_%s', reader, kind), most);
        END LOOP;
    END LOOP;
END
$$;
