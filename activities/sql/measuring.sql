-- The trigger that has a figure carry its measures (measures.sql), without a join that cost as much as they did.
CREATE OR REPLACE FUNCTION figure_measures() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE rule text; found measures;
BEGIN
    SELECT a.accumulation INTO rule FROM activities_activity a WHERE a.id = NEW.activity_id;
    found := measures(rule, NEW.programmed, NEW.executed);
    NEW.quarter_programmed := found.quarter_programmed;
    NEW.quarter_executed := found.quarter_executed;
    NEW.quarter_progress := found.quarter_progress;
    NEW.annual_target := found.annual_target;
    NEW.executed_total := found.executed_total;
    NEW.progress := found.progress;
    NEW.shown := figure_json(NEW.programmed, NEW.executed, found);
    RETURN NEW;
END $$;
