"""The state in which a service is: what its database has now, and what it keeps of answers."""

from poi_api.database.rows import row_of
from units.access.lookup import _STATE, State
from units.models.epoch import epoch
from units.requests.answer_memory import MEMORY, AnswerMemory


def state_now() -> State:
    """Return the state of the database as it is now."""
    return State.read(epoch(), *row_of(f"SELECT {_STATE}"))


def forget_answers(memory: AnswerMemory = MEMORY) -> None:
    """Forget all answers that are kept."""
    for asked, answer in list(memory._answers.items()):
        memory.forget(asked, answer)
