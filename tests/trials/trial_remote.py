"""A study whose outputs travel through S3: a stand-in for it, on loopback."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
from botocore.client import BaseClient
from ruamel.yaml import YAML

from tests.crews import Crew, wait_for, with_study
from tests.projects import Project
from tests.trials.servers import Server, free_port

BUCKET = "digits"


@contextmanager
def s3(log: Path) -> Iterator[dict[str, str]]:
    """A server with an empty bucket, which logs requests; yields what the environment tells."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)],
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    settings = {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        wait_for(lambda: _bucket_made(settings) or process.poll() is not None, what="moto")
        yield settings
    finally:
        process.kill()
        process.wait()


def _client(settings: dict[str, str]) -> BaseClient:
    return boto3.client(
        "s3",
        endpoint_url=settings["AWS_ENDPOINT_URL"],
        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
        region_name=settings["AWS_DEFAULT_REGION"],
    )


def _bucket_made(settings: dict[str, str]) -> bool:
    try:
        _client(settings).create_bucket(Bucket=BUCKET)
    except OSError:
        return False
    return True


def _digests(settings: dict[str, str]) -> set[str]:
    pages = _client(settings).get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return {"".join(key.split("/")[-2:]) for key in keys}


def _asked(log: Path, method: str, end: str) -> int:
    lines = log.read_text().splitlines()
    return sum(f'"{method} ' in line and end in line for line in lines)


def _digest(project: Project, revision: str, stage: str, output: str) -> str:
    """What DVC's lock of a revision has for an output."""
    lock = YAML(typ="safe").load(project.run("git", "show", f"{revision}:dvc.lock"))
    outputs = {each["path"]: each["md5"] for each in lock["stages"][stage]["outs"]}
    return str(outputs[output])


def test_outputs_travel_through_s3(unlogged: Project, tmp_path: Path) -> None:
    with_study(unlogged, "codes", {"simple": ["models.simple.code_size=3"]}, [0, 1])
    server = Server(tmp_path / "server")
    server.start()
    with s3(tmp_path / "s3.log") as settings:
        address = f"tcp://127.0.0.1:{free_port()}"
        crew = Crew(unlogged, tmp_path / "crew", server.uri, address, settings, f"s3://{BUCKET}/a")
        try:
            data = _digest(unlogged, "HEAD", "prepare", "data/clean")
            assert data in _digests(settings)
            images = f"files/md5/{data[:2]}/{data[2:]} "
            assert _asked(tmp_path / "s3.log", "GET", images) == 0
            crew.start_scheduler()
            crew.start_worker("one")
            crew.start_driver("codes")
            assert crew.processes["driver"].wait(600) == 0, crew.log("driver")
            assert len(crew.pushed()) == 2
            assert _asked(tmp_path / "s3.log", "GET", images) > 0
            unlogged.run("git", "fetch", "-q", "origin", "refs/exps/*:refs/exps/*")
            for name in crew.pushed():
                revision = unlogged.run("git", "for-each-ref", f"refs/exps/*/*/{name}").split()[0]
                model = _digest(unlogged, revision, "train@simple", "out/training/simple")
                assert model in _digests(settings)
                assert model != _digest(unlogged, "HEAD", "train@simple", "out/training/simple")
        finally:
            crew.end()
            server.kill()
