"""The best fit of all titles together: each title has one meaning at most, and each meaning one title."""

from collections.abc import Mapping, Sequence

Scores = Mapping[int, Mapping[str, int]]
"""How well each column fits each meaning that it may have: above 0."""
Fit = dict[str, int]
"""The column of each meaning that was found."""
_NEVER = -(10**6)


def best_fit(scores: Scores) -> Fit:
    """Return the fit with the highest sum of scores."""
    return _best(scores)[1]


def rivals(scores: Scores, fit: Fit, meanings: Sequence[str]) -> dict[str, Fit]:
    """Return, for each of the meanings that another fit, as good, gives to another column or to none, that fit."""
    highest = sum(scores[column][meaning] for meaning, column in fit.items())
    found = {}
    for meaning in meanings:
        if meaning in fit:
            column = fit[meaning]
            others = {name: score for name, score in scores[column].items() if name != meaning}
            total, other = _best({**scores, column: others})
            if total == highest:
                found[meaning] = other
    return found


def _best(scores: Scores) -> tuple[int, Fit]:
    """Return the highest sum of scores, and its fit."""
    meanings = sorted({meaning for each in scores.values() for meaning in each})
    columns = [column for column, each in scores.items() if each]
    gains = [  # beside the columns a place for each meaning that gets none
        [scores[column].get(meaning, _NEVER) for column in columns] + [0] * len(meanings) for meaning in meanings
    ]
    taken = _assigned(gains, len(columns) + len(meanings))
    fit = {meanings[row]: columns[place] for place, row in taken.items() if place < len(columns)}
    return sum(scores[column][meaning] for meaning, column in fit.items()), fit


def _assigned(gains: Sequence[Sequence[int]], width: int) -> dict[int, int]:
    """Return the row of each place that is taken, so that the gains add to the most; all rows get a place.

    This is the Hungarian method: row after row takes its best place, and those before it give way at least loss.
    """
    rows, places = [0] * (len(gains) + 1), [0] * (width + 1)
    match = [0] * (width + 1)
    for row in range(1, len(gains) + 1):
        match[0] = row
        slack, came_from, seen = [10**9] * (width + 1), [0] * (width + 1), [False] * (width + 1)
        place = 0
        while match[place]:
            seen[place] = True
            current, least, following = match[place], 10**9, 0
            for other in range(1, width + 1):
                if seen[other]:
                    continue
                cost = -gains[current - 1][other - 1] - rows[current] - places[other]
                if cost < slack[other]:
                    slack[other], came_from[other] = cost, place
                if slack[other] < least:
                    least, following = slack[other], other
            for other in range(width + 1):
                if seen[other]:
                    rows[match[other]] += least
                    places[other] -= least
                else:
                    slack[other] -= least
            place = following
        while place:
            match[place] = match[came_from[place]]
            place = came_from[place]
    return {place - 1: match[place] - 1 for place in range(1, width + 1) if match[place]}
