-- Rules that look at a second row: kept here so that the shell and psql keep them too.
-- Reads units_unit, activities_plan, activities_planversion, activities_approvalwithdrawal, activities_import and
-- activities_importapplication, when activities_plan, activities_planversion, activities_activity, activities_importrow or
-- activities_appliedrow is written; the last two become append-only.

-- A plan is of an institution, and stays with it.
CREATE FUNCTION plan_belongs_to_institution() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.institution_id <> OLD.institution_id THEN
        RAISE EXCEPTION 'Un plan operativo no cambia de institución.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_stays_in_institution', TABLE = TG_TABLE_NAME;
    END IF;
    IF NOT EXISTS (SELECT FROM units_unit WHERE id = NEW.institution_id AND kind = 'institution') THEN
        RAISE EXCEPTION 'Un plan operativo pertenece a una institución.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_belongs_to_institution', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_belongs_to_institution BEFORE INSERT OR UPDATE OF institution_id ON activities_plan
FOR EACH ROW EXECUTE FUNCTION plan_belongs_to_institution();

-- A number is that of one version, unless its approval was withdrawn. Whoever records one holds the plan, so that the
-- other is seen.
CREATE FUNCTION plan_version_stands_alone() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM activities_plan WHERE id = NEW.plan_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM activities_planversion v
                WHERE v.plan_id = NEW.plan_id AND v.number = NEW.number
                  AND NOT EXISTS (SELECT FROM activities_approvalwithdrawal w WHERE w.version_id = v.id)) THEN
        RAISE EXCEPTION 'El plan ya tiene una versión con ese número.'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'plan_version_number_once', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_version_stands_alone BEFORE INSERT ON activities_planversion
FOR EACH ROW EXECUTE FUNCTION plan_version_stands_alone();

-- The unit of an activity is of the institution of its plan.
CREATE FUNCTION activity_unit_in_institution() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM units_unit u JOIN activities_plan p ON p.institution_id = u.institution_id
                    WHERE u.id = NEW.unit_id AND p.id = NEW.plan_id) THEN
        RAISE EXCEPTION 'La unidad de una actividad es de la institución de su plan.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_unit_in_institution', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activity_unit_in_institution BEFORE INSERT OR UPDATE OF unit_id, plan_id ON activities_activity
FOR EACH ROW EXECUTE FUNCTION activity_unit_in_institution();

CALL make_append_only('activities_importrow');

-- The rows of an imported file come with it, in one transaction, and are history like it.
CREATE FUNCTION import_rows_come_with_import() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows r LEFT JOIN activities_import i ON i.id = r.source_id
                WHERE i.change_set_id IS DISTINCT FROM r.change_set_id
                   OR r.change_set_id <> (SELECT open_change_set())) THEN
        RAISE EXCEPTION 'Las filas de una importación se registran junto con ella.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'import_rows_come_with_import',
                  TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER import_rows_come_with_import AFTER INSERT ON activities_importrow
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION import_rows_come_with_import();

CALL make_append_only('activities_appliedrow');

-- Which activity a row went into is said when the import is applied, in one transaction, and is history like it.
CREATE FUNCTION applied_rows_come_with_application() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows r LEFT JOIN activities_importapplication a ON a.id = r.application_id
                 LEFT JOIN activities_importrow i ON i.id = r.row_id
                WHERE a.change_set_id IS DISTINCT FROM r.change_set_id OR a.source_id IS DISTINCT FROM i.source_id
                   OR r.change_set_id <> (SELECT open_change_set())) THEN
        RAISE EXCEPTION 'Las filas aplicadas se registran junto con la aplicación de su importación.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'applied_rows_come_with_application',
                  TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER applied_rows_come_with_application AFTER INSERT ON activities_appliedrow
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION applied_rows_come_with_application();
