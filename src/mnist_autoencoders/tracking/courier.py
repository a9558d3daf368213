"""The courier: a thread that delivers journals beside a stage that hardly waits for it."""

import threading
import time
from pathlib import Path

from mlflow.exceptions import MlflowException

from mnist_autoencoders.stagecraft.terminal import warn
from mnist_autoencoders.tracking.delivery import Delivery
from mnist_autoencoders.tracking.figures import NoRunError, deliver_figures
from mnist_autoencoders.tracking.find import close_dead_runs
from mnist_autoencoders.tracking.journal import FIGURES, REGISTRATION, Journal, claim, waiting
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.registration import deliver_registration
from mnist_autoencoders.tracking.store import (
    Store,
    open_store,
    patience,
    shown,
    store_uri,
    what_happened,
)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds after a failure until the next try, twice as long after each."""

LOOK = 30.0
"""Seconds until a courier without work looks for journals that others have left."""

STOPPED_PATIENCE = 1.0
"""Seconds that a stage which was stopped waits for the store."""

REFUSALS = ("INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST")
"""Errors that are of what is told, not of the store."""


class _AbandonedError(Exception):
    """The stage ends without waiting any longer."""


class Courier:
    """Delivers this process' journal live, if it has one, and all that others have left.

    A store that fails is said once, and tried again now and then. Daemonic: a hanging request does
    not keep the process from ending.
    """

    def __init__(
        self, parameters: TrackingParameters, own: Journal | None = None, quiet: bool = False
    ) -> None:
        self.uri = store_uri(parameters)
        self.missing: dict[Path, dict[str, str]] = {}
        """Journals of figures that have no run in the store; what it was looked for by."""
        self.progress = time.monotonic()
        """When the store last took something."""
        self.failure: str | None = None
        """What is wrong with the store now."""
        self.failures = 0
        """How often it has failed in a row."""
        self._parameters, self._own = parameters, own
        self._said = quiet
        self._closing = self._abandoned = self._swept = False
        self._given_up: set[Path] = set()
        # something is new; somebody waits; nothing more can be delivered now
        self._wake, self._urgent, self._idle = (threading.Event() for _ in range(3))
        self._settling = threading.Lock()
        self._store: Store | None = None
        self._delivery: Delivery | None = None
        self._thread = threading.Thread(target=self._work, name="courier", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that there is something new."""
        self._wake.set()

    def settle(self, seconds: float) -> bool:
        """Wait until all is delivered that can be; False if the store fails or it takes longer."""
        with self._settling:
            self._idle.clear()
            self._wake.set()
            self._urgent.set()
        return self._idle.wait(seconds) and self.failure is None

    def finish(self, seconds: float | None = None) -> None:
        """Wait for the rest to be delivered, at most so long; what is left is for later."""
        seconds = patience(self.uri) if seconds is None else seconds
        self._closing = True
        self._wake.set()
        self._urgent.set()
        self._thread.join(seconds)
        if self._thread.is_alive():
            self._abandoned = True
            self._say(f"it has not taken everything within {seconds:.0f} s")

    def _work(self) -> None:
        closing = False
        while not (closing or self._abandoned):
            self._wake.clear()
            self._urgent.clear()
            closing = self._closing
            try:
                self._deliver_all()
            except _AbandonedError:
                break
            except Exception as error:
                self._failed(error, closing)
                pause = FIRST_PAUSE * 2 ** min(self.failures - 1, 10)
                if not (closing or self._abandoned):
                    self._urgent.wait(min(pause, LONGEST_PAUSE))
            else:
                self.failure, self.failures = None, 0
                self._set_idle()
                if not closing:
                    self._wake.wait(LOOK)
        self._idle.set()
        if self._own:
            self._own.close()

    def _failed(self, error: Exception, closing: bool) -> None:
        # what it was asked for before may have been lost with it
        self._store = self._delivery = None
        # what comes after may be a consequence, as of a store that a full disk left half made
        self.failure = self.failure or what_happened(error)
        self.failures += 1
        self._set_idle()
        if closing or self.failures > 1:
            # once may be a moment's
            self._say(self.failure)

    def _set_idle(self) -> None:
        """Unless there is something new, of which it has to be tried whether the store takes it."""
        with self._settling:
            if self.failures > 1 or not self._wake.is_set():
                self._idle.set()

    def _say(self, what: str) -> None:
        if not self._said:
            self._said = True
            warn(
                f"The MLflow store {shown(self.uri)} fails: {what}. Nothing is lost: what it has "
                "not taken is kept, and the next stage or `make sync` delivers it."
            )

    def _deliver_all(self) -> None:
        if self._store is None:
            self._store = open_store(self._parameters)
        self._deliver_own()
        self.missing.clear()
        for folder in waiting():
            if folder not in self._given_up and (journal := claim(folder)):
                try:
                    self._deliver(self._store, journal)
                finally:
                    journal.close()
        if not self._swept:
            close_dead_runs(self._store.client, self._store.experiment(self._parameters.experiment))
            self._swept = True
        self._deliver_own()

    def _deliver_own(self) -> None:
        if self._own is None or self._own.folder in self._given_up:
            return
        assert self._store is not None
        try:
            if self._delivery is None:
                self._delivery = Delivery(self._store, self._own)
            self._delivery.deliver(self._took)
        except MlflowException as error:
            self._refuse(self._own, error)
        else:
            if self._delivery.ended:
                self._own.remove()
                self._own = None

    def _deliver(self, store: Store, journal: Journal) -> None:
        """Deliver what a dead process has left, or one that had no time to wait."""
        try:
            kind = journal.events()[0]["kind"]
            if kind == FIGURES:
                deliver_figures(store, journal)
            elif kind == REGISTRATION:
                deliver_registration(store, journal)
            else:
                delivery = Delivery(store, journal)
                delivery.deliver(self._took_of_another)
                if not delivery.ended:
                    delivery.end_as_killed()
            journal.remove()
        except NoRunError as error:
            self.missing[journal.folder] = error.args[0]
        except FileNotFoundError:
            # another process has taken the journal's place; a file of the store is no such
            if journal.in_place:
                raise
        except MlflowException as error:
            self._refuse(journal, error)
        except (ValueError, LookupError) as error:
            self._give_up(journal, f"It is damaged: {type(error).__name__}")

    def _refuse(self, journal: Journal, error: MlflowException) -> None:
        """Give a journal up, if the error means that the store will never take it."""
        if error.error_code not in REFUSALS:
            raise error
        self._give_up(journal, f"The MLflow store refuses it: {what_happened(error)}")

    def _give_up(self, journal: Journal, why: str) -> None:
        self._given_up.add(journal.folder)
        warn(
            f"{journal.folder}, which is to be told to the MLflow store, is left out. {why}. "
            "Everything else goes on; remove the folder to be rid of it."
        )

    def _took(self) -> None:
        self.progress = time.monotonic()
        if self._abandoned:
            raise _AbandonedError

    def _took_of_another(self) -> None:
        self._took()
        self._deliver_own()
