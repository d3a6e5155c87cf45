"""What a process holds for its clients is limited, for all together and for each."""

from poi_api.server.bodies import Budget


def test_a_client_has_half_and_all_have_the_whole():
    budget = Budget(100)
    assert budget.take("one", 50)
    assert not budget.take("one", 1)
    assert budget.take("two", 30)
    assert not budget.take("three", 21)
    assert budget.take("three", 20)
    assert not budget.take("four", 1)


def test_what_is_given_back_can_be_taken_again_and_a_client_without_any_is_forgotten():
    budget = Budget(100)
    assert budget.take("one", 40)
    budget.give_back("one", 40)
    assert not budget.take("one", 51)
    assert budget.take("one", 50)
    budget.give_back("one", 50)
    assert not budget._held
