-- The unit tree: paths and institutions are kept by the database, and a name designates one unit of an institution.
-- Reads and writes units_unit, units_unitalias and units_apiclient.

-- A unit's path (ids from its root to itself) and its institution.
CREATE FUNCTION set_unit_path() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE above units_unit;
BEGIN
    -- An empty path asks to be made anew.
    IF TG_OP = 'UPDATE' AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id AND NEW.path <> '{}' THEN
        NEW.path := OLD.path;
        NEW.institution_id := OLD.institution_id;
        RETURN NEW;
    END IF;
    IF NEW.parent_id IS NULL THEN
        NEW.path := ARRAY[NEW.id];
        NEW.institution_id := NEW.id;
    ELSE
        -- Locked, so that the unit above does not move while this one takes its path from it.
        SELECT * INTO above FROM units_unit WHERE id = NEW.parent_id FOR SHARE;
        IF NEW.id = NEW.parent_id OR NEW.id = ANY (above.path) THEN
            RAISE EXCEPTION 'Una unidad no puede depender de sí misma ni de una que dependa de ella.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_tree_has_no_cycle';
        ELSIF above.id IS NULL THEN
            RAISE EXCEPTION 'No existe la unidad de la que depende.'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'unit_parent_exists';
        END IF;
        NEW.path := above.path || NEW.id;
        NEW.institution_id := above.institution_id;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.institution_id <> OLD.institution_id THEN
        RAISE EXCEPTION 'Una unidad no cambia de institución.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_stays_in_institution';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER set_unit_path BEFORE INSERT OR UPDATE ON units_unit
FOR EACH ROW EXECUTE FUNCTION set_unit_path();

-- The units below a moved one move along: emptying a child's path has it made anew from its parent's,
-- and so on downwards.
CREATE FUNCTION move_units_below() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE units_unit SET path = '{}' WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER move_units_below AFTER UPDATE ON units_unit
FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION move_units_below();

-- An alias is of the institution of its unit, and so is a machine client, in which its name is unique; without a unit it
-- is of none.
CREATE FUNCTION set_institution() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.institution_id := (SELECT institution_id FROM units_unit WHERE id = NEW.unit_id);
    IF NEW.unit_id IS NOT NULL AND NEW.institution_id IS NULL THEN
        RAISE EXCEPTION 'No existe esa unidad.'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'unit_exists';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER set_institution BEFORE INSERT OR UPDATE ON units_unitalias
FOR EACH ROW EXECUTE FUNCTION set_institution();
CREATE TRIGGER set_institution BEFORE INSERT OR UPDATE ON units_apiclient
FOR EACH ROW EXECUTE FUNCTION set_institution();

-- A name designates one unit of an institution, whether it is the unit's own or another spelling. That of a unit which is
-- not active any more may also be another name of its successor; it is then not activated again under that name.
CREATE FUNCTION unit_name_is_free() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE taken boolean;
BEGIN
    -- Two writers could each see the name free; those of one institution wait for each other here.
    PERFORM pg_advisory_xact_lock(7306003, (NEW.institution_id % 2147483647)::int);  -- UNIT_NAMES
    IF TG_TABLE_NAME = 'units_unit' THEN
        SELECT EXISTS (SELECT FROM units_unitalias
            WHERE institution_id = NEW.institution_id AND name_key = NEW.name_key
              AND (NEW.is_active OR unit_id = NEW.id)) INTO taken;
    ELSE
        SELECT EXISTS (SELECT FROM units_unit
            WHERE institution_id = NEW.institution_id AND name_key = NEW.name_key
              AND (is_active OR id = NEW.unit_id)) INTO taken;
    END IF;
    IF taken THEN
        RAISE EXCEPTION 'Ese nombre ya designa a una unidad de la institución.'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'unit_name_or_alias_once';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER unit_name_is_free AFTER INSERT OR UPDATE OF name, is_active ON units_unit
FOR EACH ROW EXECUTE FUNCTION unit_name_is_free();
CREATE TRIGGER unit_name_is_free AFTER INSERT OR UPDATE ON units_unitalias
FOR EACH ROW EXECUTE FUNCTION unit_name_is_free();

-- Two moves at once could each be sound and together make a cycle. Who moves a unit holds the tree before it holds the
-- unit: two who came to the tree each with a unit that the other has to move along waited for each other.
CREATE FUNCTION hold_tree() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7306001, 1);  -- UNIT_TREE
    RETURN NULL;
END $$;
CREATE TRIGGER hold_tree BEFORE UPDATE OF parent_id ON units_unit FOR EACH STATEMENT EXECUTE FUNCTION hold_tree();

-- Who refers to a unit out of an app's tables waits for the unit, and who moves it for them, during the statement and not
-- at the commit: there the lock of the order of changes is held already, which the other may be waiting for.
CREATE PROCEDURE refer_to_units_at_once(app text)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE reference record;
BEGIN
    FOR reference IN
        SELECT conrelid::regclass AS origin, conname FROM pg_constraint
         WHERE contype = 'f' AND confrelid = 'units_unit'::regclass AND condeferrable
           AND conrelid::regclass::text LIKE app || '\_%'
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', reference.origin, reference.conname);
    END LOOP;
END $$;
