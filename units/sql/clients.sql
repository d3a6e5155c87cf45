-- A machine client is of the institution of its unit, in which its name is unique; without a unit it is of none.
-- Reads units_unit, writes units_apiclient.

CREATE FUNCTION set_client_institution() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.institution_id := (SELECT institution_id FROM units_unit WHERE id = NEW.unit_id);
    RETURN NEW;
END $$;

CREATE TRIGGER set_client_institution BEFORE INSERT OR UPDATE ON units_apiclient
FOR EACH ROW EXECUTE FUNCTION set_client_institution();
