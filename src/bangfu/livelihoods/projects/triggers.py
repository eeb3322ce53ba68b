"""The rules of projects and their money as the database keeps them."""

MOVES = (
    ("IDEA", "LIBRARY"),
    ("LIBRARY", "APPROVED"),
    ("APPROVED", "BUILDING"),
    ("BUILDING", "ACCEPTED"),
    ("ACCEPTED", "CLOSED"),
    ("IDEA", "ABANDONED"),
    ("LIBRARY", "ABANDONED"),
    ("APPROVED", "ABANDONED"),
    ("BUILDING", "ABANDONED"),
)
"""From which state to which a project goes; there is no way back."""

_KNOWN = ", ".join(f"'{before}>{after}'" for before, after in MOVES)
STATE_MOVES = f"""
IF NEW.state <> OLD.state AND NOT OLD.state || '>' || NEW.state = ANY (ARRAY[{_KNOWN}]) THEN
    RAISE EXCEPTION 'project % cannot go from % to %', OLD.code, OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_state_moves_forward';
END IF;
RETURN NEW;
"""

# What was counted obeys the same order among itself: a verified payment rests on verified allocations.
STAGES_HOLD = """
    PERFORM FROM public.projects_project WHERE id = NEW.project_id FOR UPDATE;
    IF EXISTS (
        SELECT FROM (
            SELECT moved.source, counted.alone,
                   coalesce(sum(amount_fen) FILTER (WHERE kind = 'ALLOCATED'), 0) AS allocated,
                   coalesce(sum(amount_fen) FILTER (WHERE kind = 'PAID'), 0) AS paid,
                   coalesce(sum(amount_fen) FILTER (WHERE kind = 'RECEIVED'), 0) AS received,
                   coalesce(sum(amount_fen) FILTER (WHERE kind = 'SPENT'), 0) AS spent
              FROM public.projects_movement moved CROSS JOIN (VALUES (false), (true)) AS counted (alone)
             WHERE moved.project_id = NEW.project_id AND moved.withdrawn_at IS NULL
               AND (NOT counted.alone OR moved.confirmed_at IS NOT NULL)
             GROUP BY moved.source, counted.alone) AS stage
          LEFT JOIN public.projects_budget budget ON budget.project_id = NEW.project_id AND budget.source = stage.source
         WHERE allocated > coalesce(budget.amount_fen, 0) OR paid > allocated OR received > paid OR spent > received)
    THEN
        RAISE EXCEPTION 'the money of project % would exceed the stage before', NEW.project_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_stages_hold';
    END IF;
    RETURN NULL;
"""
