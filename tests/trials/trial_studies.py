"""A study of 20 points during which everything is killed once: workers, driver, scheduler, store.

With three workers of separate folders and caches, a bare git remote, a DVC remote, an MLflow server
on PostgreSQL, and TLS. Needs Debian's package `postgresql`, which root runs as its own user.
"""

import datetime
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.crews import Crew, wait_for_work, with_study
from tests.projects import Project
from tests.trials.servers import Server, free_port

POINTS = {"simple": [f"models.simple.code_size={','.join(map(str, range(2, 12)))}"]}
SEEDS = [0, 1]

FROZEN = 120.0
"""Seconds."""

STORE_AWAY = 30.0

WORKER_TTL = "60 s"
"""After which a scheduler takes a silent worker for dead; 300 s by default."""


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a database of a new PostgreSQL server on loopback."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("Debian's package postgresql is not installed")
    # another user may not enter the folders of pytest
    folder = Path(tempfile.mkdtemp(prefix="study-postgres-"))
    folder.chmod(0o777)
    port, data = free_port(), folder / "data"
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []

    def run(program: str, *arguments: str) -> None:
        command = [*user, str(programs[-1] / program), *arguments]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    run("initdb", "-D", str(data), "--auth", "trust", "--username", "study")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    run("pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "study", "runs")
        yield f"postgresql+psycopg2://study@127.0.0.1:{port}/runs"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder)


def tls(folder: Path) -> dict[str, str]:
    """Dask's settings for TLS with a certificate that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "study")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    settings = {"CA_FILE": "certificate.pem"}
    for part in ("CLIENT", "WORKER", "SCHEDULER"):
        settings |= {f"{part}__CERT": "certificate.pem", f"{part}__KEY": "key.pem"}
    of_tls = {
        f"DASK_DISTRIBUTED__COMM__TLS__{key}": str(folder / name) for key, name in settings.items()
    }
    return of_tls | {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true"}


def test_everything_is_killed_and_nothing_is_lost(unlogged: Project, tmp_path: Path) -> None:
    project = unlogged
    with_study(project, "codes", POINTS, SEEDS)
    rng = random.Random(14)
    with postgres() as database:
        server = Server(tmp_path / "server", database)
        server.start()
        settings = tls(tmp_path) | {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": WORKER_TTL}
        address = f"tls://127.0.0.1:{free_port()}"
        crew = Crew(project, tmp_path / "crew", server.uri, address, settings)
        try:
            crew.start_scheduler()
            for name in ("one", "two", "three"):
                crew.start_worker(name)
            crew.start_driver("codes")
            _break_everything(crew, server, rng)
            assert crew.processes["driver"].wait(3600) == 0, crew.log("driver")
            # a worker that lost a race has to say so before its runs are counted
            time.sleep(5)
            table = pd.read_csv(project.folder / "reports/studies/codes.csv")
            assert len(table) == 20
            assert set(table["experiment"]) == crew.pushed()
            shown = project.run("dvc", "exp", "show", "--csv")
            assert all(name in shown for name in table["experiment"])
            runs = crew.live_runs()
            for name in crew.pushed():
                assert runs.get(name) == [(2, True)], f"{name}: {crew.told_of(name)}"
            assert set(runs) == crew.pushed()
            assert not crew.scratch_left()
        finally:
            crew.end()
            server.kill()


def _break_everything(crew: Crew, server: Server, rng: random.Random) -> None:
    """In this order, each at a random moment of some work; what happened is printed."""
    start = time.monotonic()

    def said(what: str) -> None:
        done = len(crew.pushed())
        print(f"{time.monotonic() - start:6.1f} s, {done:2} points done: {what}", flush=True)

    def at_random(worker: str) -> None:
        wait_for_work(crew, worker, 300)
        time.sleep(rng.uniform(0, 15))

    for worker in ("one", "two"):
        at_random(worker)
        crew.kill(worker)
        said(f"worker {worker} killed")
        crew.start_worker(worker)
    for count in (1, 2):
        at_random("three")
        crew.kill("driver")
        said(f"driver killed, {count}")
        time.sleep(5)
        crew.start_driver("codes")
    at_random("two")
    server.kill()
    said("MLflow server killed")
    time.sleep(STORE_AWAY)
    server.start()
    said("MLflow server back")
    at_random("one")
    crew.signal("one", signal.SIGSTOP)
    said("worker one frozen")
    frozen = time.monotonic()
    at_random("two")
    crew.kill("scheduler")
    said("scheduler killed")
    time.sleep(5)
    crew.start_scheduler()
    said("scheduler back")
    at_random("three")
    crew.kill("three")
    said("worker three killed")
    crew.start_worker("three")
    time.sleep(max(0.0, FROZEN - (time.monotonic() - frozen)))
    crew.signal("one", signal.SIGCONT)
    said("worker one thawed")
