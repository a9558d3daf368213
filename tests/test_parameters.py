"""A wrong params.yaml is refused as a whole, with the key named, before anything is touched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mnist_autoencoders.models.model import AnyModel
from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.schema import Seed
from mnist_autoencoders.stagecraft.terminal import UserError
from tests.projects import ROOT, Project

Edit = Callable[[dict[str, Any]], Any]


def edited(folder: Path, edit: Edit) -> Path:
    parameters = YAML(typ="safe").load(ROOT / "params.yaml")
    edit(parameters)
    YAML().dump(parameters, folder / "params.yaml")
    return folder / "params.yaml"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda p: p.update(sed=1), "sed: unknown key; did you mean 'seed'?"),
        (
            lambda p: p["models"]["simple"].update(epoch=1),
            "models.simple.epoch: unknown key; did you mean 'epochs'?",
        ),
        (
            lambda p: p["noises"]["gaussian"].update(amount=1),
            "noises.gaussian.amount: unknown key",
        ),
        (lambda p: p["runtime"].update(thread=1), "runtime.thread: unknown key; did you mean"),
        (
            lambda p: p["models"]["cnn"]["filters"].append(0),
            "models.cnn.filters[2]: input should be",
        ),
        (
            lambda p: p["models"]["cnn"].update(filters=["8"]),
            "models.cnn.filters[0]: input should be",
        ),
        (lambda p: p["models"]["simple"].update(epochs="15"), "(it is '15')"),
        (lambda p: p["models"]["simple"].pop("code_size"), "models.simple.code_size: is required"),
        (
            lambda p: p["models"]["simple"].update(kind="dens"),
            "models.simple.kind: there is no kind 'dens'; did you mean 'dense'?; "
            "known: convolutional, dense, strided",
        ),
        (lambda p: p["noises"]["marks"].pop("kind"), "noises.marks.kind: is required"),
        (lambda p: p["noises"]["marks"].pop("count"), "noises.marks.count: is required"),
        (
            lambda p: p["noises"]["tones"].update(kind="x"),
            "noises.tones.kind: there is no kind 'x'; known: blur, gaussian, gaussian_up_to, ",
        ),
        (
            lambda p: p["models"]["cnn"]["filters"].insert(1, 0),
            "models.cnn.filters[1]: input should be greater than or equal to 1 (it is 0)",
        ),
        (
            lambda p: p["noise_ladder"]["strengths"].update(blur=[2.0, 1.0]),
            "noise_ladder.strengths.blur: one strength or more is needed, ascending",
        ),
        (
            lambda p: p["noise_ladder"]["strengths"].update(masking=[0.5, 2.0]),
            "noise_ladder.strengths.masking: input should be less than or equal to 1 (it is 2.0)",
        ),
        (
            lambda p: p["embedding"].update(model="basik"),
            "embedding.model: there is no model 'basik'; did you mean 'basic'?",
        ),
        (lambda p: p["filters"].pop("jpeg"), "filters.jpeg: is required"),
        (lambda p: p["codecs"].update(qualities=[0]), "codecs.qualities[0]: input should be"),
        (lambda p: p["pca"]["coded"].append(785), "pca.coded[5]: input should be less than or"),
        (
            lambda p: p["models"]["denoising"].update(input="gausian"),
            "models.denoising.input: there is no noise 'gausian'; did you mean 'gaussian'?",
        ),
        (
            lambda p: p["models"]["simple"].update(output_activation="linear"),
            "models.simple.loss: binary_crossentropy needs",
        ),
        (
            lambda p: p["models"]["vae"]["variational"].update(bata=1.0),
            "models.vae.variational.bata: unknown key; did you mean 'beta'?",
        ),
        (
            lambda p: p["models"]["cnn_strided"]["encoder"][0].update(strides=2),
            "models.cnn_strided.encoder[0].strides: unknown key; did you mean 'stride'?",
        ),
        (
            lambda p: p["models"]["cnn_strided"]["decoder"][2].update(kernel=3),
            "models.cnn_strided.decoder: has to end with 1 filter and 28 pixels, not 1 and 29 "
            "(feature maps: 28 -> 10 -> 5 -> 3 -> 2 -> 5 -> 15 -> 29 pixels wide)",
        ),
        (
            lambda p: p["models"]["cnn_strided"]["encoder"][0].update(stride=28),
            "models.cnn_strided.encoder: shrinks the image to nothing",
        ),
        (
            lambda p: p["models"]["simple"].update(early_stopping={"patience": 2}),
            "models.simple.early_stopping: needs validation_share above 0: stopping on the test",
        ),
        (
            lambda p: p["models"]["simple"].update(fresh_noise=True),
            "models.simple.fresh_noise: needs a noise as input",
        ),
        (
            lambda p: p["models"]["vae"].update(code_activation="relu"),
            "models.vae.code_activation: a variational code needs code_activation: linear",
        ),
        (
            lambda p: p["models"]["vae"].update(code_l1=0.1),
            "models.vae.code_l1: a variational code takes no sparsity penalty",
        ),
        (
            lambda p: p["noises"].update(clean={"kind": "blur", "sigma": 1}),
            "noises.clean: `clean` names the images themselves",
        ),
        (
            lambda p: p["models"].update({"a b; rm": p["models"]["simple"]}),
            "models.a b; rm: a name may only hold a-z, 0-9 and _",
        ),
        *(
            (
                lambda p, changes=changes: p["library"]["models"]["denoising_unet"].update(changes),
                f"library.models.denoising_unet.skips: {message}",
            )
            for changes, message in [
                ({"input": "clean"}, "needs a noise as input: a clean image would be passed on"),
                ({"filters": [4, 3, 2]}, "needs one or two filters: a third level has another"),
                (
                    {"variational": {"beta": 1.0}, "code_activation": "linear"},
                    "goes with a plain code alone, without variational and code_l1",
                ),
                ({"code_l1": 0.1}, "goes with a plain code alone, without variational and"),
            ]
        ),
        *(
            (
                lambda p, changes=changes: p["models"]["vae"].update(changes),
                f"models.vae.{message}",
            )
            for changes, message in [
                (
                    {"binarised": True, "input": "gaussian"},
                    "binarised: needs input: clean and loss",
                ),
                (
                    {"binarised": True, "loss": "mean_squared_error"},
                    "binarised: needs input: clean and loss: binary_crossentropy",
                ),
                (
                    {"variational": {"samples": 5, "beta": 2.0}},
                    "variational: samples above 1 need loss: binary_crossentropy and beta: 1",
                ),
                (
                    {"variational": {"samples": 5}, "loss": "mean_squared_error"},
                    "variational: samples above 1 need loss: binary_crossentropy and beta: 1",
                ),
                ({"variational": {"samples": 0}}, "variational.samples: input should be greater"),
                ({"initialisation": "he"}, "initialisation: input should be 'glorot', 'normal'"),
                ({"l2": -1.0}, "l2: input should be greater than or equal to 0"),
                ({"images": 0}, "images: input should be greater than or equal to 1"),
            ]
        ),
        (
            lambda p: p["library"]["models"]["deep_30"].update(epoch=1),
            "library.models.deep_30.epoch: unknown key; did you mean 'epochs'?",
        ),
        (
            lambda p: p["library"]["noises"]["gaussian_any"].pop("factor"),
            "library.noises.gaussian_any.factor: is required",
        ),
        (
            lambda p: p["library"].update(model={}),
            "library.model: unknown key; did you mean 'models'?",
        ),
        (
            lambda p: p["library"]["noises"].update(clean={"kind": "blur", "sigma": 1.0}),
            "library.noises.clean: `clean` names the images themselves",
        ),
        (
            lambda p: p["library"]["models"]["denoising_any"].update(input="gaussian_anny"),
            "library.models.denoising_any.input: there is no noise 'gaussian_anny'; did you mean "
            "'gaussian_any'?",
        ),
        (
            # what runs sees no noise of the library
            lambda p: p["models"]["denoising"].update(input="gaussian_any"),
            "\n  models.denoising.input: there is no noise 'gaussian_any'; did you mean",
        ),
        (
            lambda p: p["models"].update(deep_30=p["library"]["models"]["deep_30"] | {"epochs": 1}),
            "library.models.deep_30: differs from the entry of this name in `models:`; rename one",
        ),
        (
            lambda p: p["noises"].update(gaussian_any={"kind": "gaussian", "factor": 1.0}),
            "library.noises.gaussian_any: differs from the entry of this name in `noises:`",
        ),
        (
            lambda p: p["replicas"]["dense"]["models"].append("simpel"),
            "replicas.dense.models: there is no model 'simpel'; did you mean 'simple'?",
        ),
        (
            lambda p: p["replicas"]["convolutional"].update(seeds=[1, 0]),
            "replicas.convolutional.seeds: 0 is the seed of the models themselves",
        ),
        (
            lambda p: p["replicas"]["dense"].update(seeds=[1, 2, 1]),
            "replicas.dense.seeds: 1 is there twice",
        ),
        (
            lambda p: p["replicas"]["convolutional"]["models"].append("cnn"),
            "replicas.convolutional.models: cnn is there twice",
        ),
        (lambda p: p["replicas"]["dense"].update(seeds=[-1]), "replicas.dense.seeds[0]: input"),
        (lambda p: p["replicas"].pop("dense"), "replicas.dense: is required"),
        (lambda p: p.update(models={}), "models: "),
        (lambda p: p["data"].update(test_share=1.5), "data.test_share: "),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, edit: Edit, message: str) -> None:
    with pytest.raises(UserError) as error:
        load_parameters(edited(tmp_path, edit))
    assert message in str(error.value)


def test_an_entry_may_be_in_the_library_and_run(tmp_path: Path) -> None:
    def edit(parameters: dict[str, Any]) -> None:
        for section, name in (("models", "denoising_any"), ("noises", "gaussian_any")):
            parameters[section][name] = parameters["library"][section][name]

    assert load_parameters(edited(tmp_path, edit)).models["denoising_any"].input == "gaussian_any"


def test_there_need_be_no_library(tmp_path: Path) -> None:
    library = load_parameters(edited(tmp_path, lambda p: p.pop("library"))).library
    assert (library.models, library.noises) == ({}, {})


def test_a_replica_is_a_model_with_a_seed(tmp_path: Path) -> None:
    def edit(parameters: dict[str, Any]) -> None:
        parameters["replicas"] = {
            "dense": {"models": ["simple", "vae"], "seeds": [2, 1]},
            "convolutional": {"models": ["cnn"], "seeds": [3]},
        }

    replicas = load_parameters(edited(tmp_path, edit)).replicas
    expected = [("simple", 2), ("simple", 1), ("vae", 2), ("vae", 1), ("cnn", 3)]
    assert replicas.pairs() == expected
    assert load_parameters(ROOT / "params.yaml").replicas.pairs() == []


def test_all_wrong_keys_are_listed_at_once(tmp_path: Path) -> None:
    path = edited(tmp_path, lambda p: (p.update(sed=1), p["data"].pop("source")))
    with pytest.raises(UserError) as error:
        load_parameters(path)
    assert "sed: unknown key" in str(error.value)
    assert "data.source: is required" in str(error.value)


def test_a_part_is_read_by_its_key(tmp_path: Path) -> None:
    path = edited(tmp_path, lambda p: p["models"]["simple"].update(code_size=7, sed=1))
    assert read("models.cnn.filters", list[int], path) == [30, 15]
    assert read("models.cnn", AnyModel, path) == load_parameters(ROOT / "params.yaml").models["cnn"]
    assert read("seed", Seed, path) == 0
    with pytest.raises(UserError, match=r"models\.simple\.sed: unknown key"):
        read("models.simple", AnyModel, path)
    with pytest.raises(UserError, match=r"models\.simpel: there is no such entry in .*'simple'\?"):
        read("models.simpel", AnyModel, path)


def test_numbers_as_dvc_writes_them(tmp_path: Path) -> None:
    path = edited(tmp_path, lambda _: None)
    path.write_text(path.read_text().replace("learning_rate: 0.001", "learning_rate: 1e-05"))
    assert load_parameters(path).models["simple"].learning_rate == 1e-5


def test_a_gpu_that_is_not_there_is_an_error_before_any_work(project: Project) -> None:
    parameters = project.read_parameters()
    parameters["runtime"]["device"] = "gpu"
    project.write_parameters(parameters)
    output = project.stage("validate", code=1, CUDA_VISIBLE_DEVICES="-1")
    assert output.startswith("error: runtime.device: gpu, but TensorFlow sees no GPU")
    assert not (project.folder / "out").exists()
