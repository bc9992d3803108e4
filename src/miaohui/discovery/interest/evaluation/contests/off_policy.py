"""What would another policy have earned? Estimated from impressions that were logged with their propensities.

The log of the uniformly random policy is where the asked policy is judged; the asked policy is Bernoulli Thompson
sampling, whose own log beside it tells what it truly earned. Its chances per item and place are how often it put what where;
what items earn (for DR) is read from the random log, with 200 imagined impressions at half a percent each.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.evaluation.formats import read_table
from miaohui.discovery.interest.evaluation.measured import Cost, note_peak, timed
from miaohui.discovery.interest.evaluation.report import Row
from miaohui.discovery.interest.models.off_policy import doubly_robust, inverse_propensity, self_normalised

PROTOCOL = "random log judged for the Thompson policy, all campaign, click per impression"
COLUMNS = ("item_id", "position", "click", "propensity_score")

Doubles = npt.NDArray[np.float64]


def compete(name: str, folder: Path) -> list[Row]:
    """This will estimate the Thompson policy's clicks per impression three ways, beside what it did earn."""
    cost = Cost()
    with timed(cost):
        logged = read_table(folder / "random" / "all" / "all.csv.gz", COLUMNS)
        truth = read_table(folder / "bts" / "all" / "all.csv.gz", COLUMNS)
        chances = chances_of(truth)
        item, place = logged["item_id"].astype(int), logged["position"].astype(int)
        ratio = chances[place, item] / logged["propensity_score"]
        earns = (np.bincount(item, logged["click"], chances.shape[1]) + 1.0) / (
            np.bincount(item, minlength=chances.shape[1]) + 200.0
        )
        model = (chances * earns).sum(axis=1)[place]
        click = logged["click"]
        figures = {
            "truth": float(truth["click"].mean()),
            "IPS": inverse_propensity(click, ratio),
            "SNIPS": self_normalised(click, ratio),
            "DR": doubly_robust(click, ratio, earns[item], model),
            "logged": float(click.mean()),
        }
    note_peak(cost)
    return [Row(name, "miaohui", PROTOCOL, figures, cost)]


def chances_of(log: dict[str, Doubles]) -> Doubles:
    """(n_places + 1, n_items): how often the policy put each item at each place, from the items that it served."""
    item, place = log["item_id"].astype(int), log["position"].astype(int)
    counts = np.zeros((place.max() + 1, item.max() + 1))
    np.add.at(counts, (place, item), 1.0)
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0))
