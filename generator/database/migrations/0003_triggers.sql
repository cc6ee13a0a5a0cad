-- What keeps a row true to itself: `updated_at`, and the two columns that say who is public.

CREATE OR REPLACE FUNCTION qwikfolio.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER qwikfolio_touch BEFORE UPDATE ON public.portfolios
    FOR EACH ROW EXECUTE FUNCTION qwikfolio.touch();
CREATE OR REPLACE TRIGGER qwikfolio_touch BEFORE UPDATE ON public.profiles
    FOR EACH ROW EXECUTE FUNCTION qwikfolio.touch();
CREATE OR REPLACE TRIGGER qwikfolio_touch BEFORE UPDATE ON public.projects
    FOR EACH ROW EXECUTE FUNCTION qwikfolio.touch();
CREATE OR REPLACE TRIGGER qwikfolio_touch BEFORE UPDATE ON public.experience
    FOR EACH ROW EXECUTE FUNCTION qwikfolio.touch();
CREATE OR REPLACE TRIGGER qwikfolio_touch BEFORE UPDATE ON public.education
    FOR EACH ROW EXECUTE FUNCTION qwikfolio.touch();
CREATE OR REPLACE TRIGGER qwikfolio_touch BEFORE UPDATE ON public.certifications
    FOR EACH ROW EXECUTE FUNCTION qwikfolio.touch();

-- `published` and `settings.isPublic` stay in step, whichever one is written:
--   a new row is public if either says so;
--   an update follows the one whose meaning it changed; where it changed both and they disagree
--   (only a row that disagreed before allows that), not public, the safer, wins;
--   an update that changed neither brings a row that disagrees in step: public if either says so.
-- `isPublic` may hold anything and is compared as text: a cast would fail the whole statement.
-- Settings that are null become an object. Settings that are an array or a scalar are left as they
-- are, since replacing them would lose what they hold; with no place for `isPublic` in them they
-- have no opinion, and `published` alone says who is public.
CREATE OR REPLACE FUNCTION qwikfolio.agree_on_visibility() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    says boolean;
    said boolean;
    column_changed boolean := false;
    settings_changed boolean := false;
BEGIN
    IF NEW.published IS NULL THEN
        RETURN NEW;  -- the column's NOT NULL refuses it, with a message that says so
    END IF;

    IF jsonb_typeof(NEW.settings) = 'null' THEN
        NEW.settings := NULL;
    END IF;

    says := CASE
        WHEN jsonb_typeof(NEW.settings) <> 'object' THEN NEW.published
        ELSE coalesce(NEW.settings ->> 'isPublic' = 'true', false)
    END;
    IF TG_OP = 'UPDATE' THEN
        said := CASE
            WHEN jsonb_typeof(OLD.settings) NOT IN ('object', 'null') THEN OLD.published
            ELSE coalesce(OLD.settings ->> 'isPublic' = 'true', false)
        END;
        column_changed := NEW.published <> OLD.published;
        settings_changed := says <> said;
    END IF;

    NEW.published := CASE
        WHEN column_changed AND settings_changed THEN NEW.published AND says
        WHEN column_changed THEN NEW.published
        WHEN settings_changed THEN says
        ELSE NEW.published OR says
    END;

    IF NEW.settings IS NULL THEN
        NEW.settings := jsonb_build_object('isPublic', NEW.published);
    ELSIF jsonb_typeof(NEW.settings) = 'object'
        AND NEW.settings -> 'isPublic' IS DISTINCT FROM to_jsonb(NEW.published)
    THEN
        NEW.settings := jsonb_set(NEW.settings, '{isPublic}', to_jsonb(NEW.published));
    END IF;
    RETURN NEW;
END
$$;

-- Triggers fire in the order of their names. Before one of the app's that copies one column over
-- the other, this one sees what was written.
CREATE OR REPLACE TRIGGER a_qwikfolio_visibility BEFORE INSERT OR UPDATE ON public.portfolios
    FOR EACH ROW EXECUTE FUNCTION qwikfolio.agree_on_visibility();
