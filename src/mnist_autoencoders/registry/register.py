"""Registering the champions in MLflow, as runs are tracked: a store that fails is told later."""

from functools import partial

from mnist_autoencoders.dataset.store import read_card
from mnist_autoencoders.records import read_json
from mnist_autoencoders.registry.card import model_card, summary
from mnist_autoencoders.registry.champions import Champion, Tables
from mnist_autoencoders.registry.model import save_served, served_sha256
from mnist_autoencoders.stagecraft.layout import CLEAN, TRAINING
from mnist_autoencoders.stagecraft.terminal import say
from mnist_autoencoders.tracking.courier import Courier
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.record import RECORDED, experiment_name, revision
from mnist_autoencoders.tracking.registration import journal_registration
from mnist_autoencoders.tracking.store import tracked

WORKSPACE = "workspace"


def register(
    champions: list[Champion], tables: Tables, parameters: TrackingParameters
) -> dict[str, str]:
    """Have each be `models:/<task>@champion`; the digests of their models by task.

    Where tracking is off nothing is registered, and neither is in a DVC experiment: one that is
    tried must not take the place of what others use.
    """
    folders = {each.task: TRAINING / each.model for each in champions}
    wanted = (*RECORDED, "architecture", "count_parameters")
    records = {task: read_json(folder / "record.json", *wanted) for task, folder in folders.items()}
    if not tracked(parameters):
        say("tracking is off, so nothing is registered")
    elif experiment_name() != WORKSPACE:
        say(
            "in an experiment nothing is registered; once applied, `python -m stages.register` does"
        )
    else:
        data = read_card(CLEAN)
        for each in champions:
            record, folder = records[each.task], folders[each.task]
            card = model_card(each, record, data, tables, revision())
            save = partial(save_served, each, folder, record, card)
            about = (summary(each), card)
            journal_registration(each.task, record, served_sha256(), about, save, parameters)
        Courier(parameters).finish()
    return {task: record["model_sha256"] for task, record in records.items()}
