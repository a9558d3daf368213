"""What differs from the published systems is said once, and the same everywhere."""

from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.published.read import deviations, read_systems
from tests.projects import ROOT


def rows_of_docs() -> list[tuple[str, str, str]]:
    """System, model and difference of each row of the table in docs/deviations.md."""
    lines = (ROOT / "docs/deviations.md").read_text("utf-8").splitlines()
    cells = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return [(system, model.strip("`"), said) for system, model, said in cells[1:]]


def test_the_document_holds_exactly_the_sentences_of_the_systems() -> None:
    wanted = [
        (system["id"], model, sentence)
        for model, system in read_systems().items()
        for sentence in system["deviations"] or ["–"]
    ]
    assert rows_of_docs() == wanted


def test_deviations_are_those_of_the_models_asked_for() -> None:
    table = deviations(["own", "cnn_small", "simple", "denoising"])
    assert table.columns.tolist() == ["model", "deviation"]
    assert list(table.itertuples(index=False, name=None)) == [
        ("cnn_small", "60 epochs of 100."),
        ("cnn_small", "Adadelta has a rate of 1.0, its default then; today it is 0.001."),
        ("denoising", "The noisy images are rounded to 8 bits; those of the author were not."),
    ]
    assert deviations(["simple"]).columns.tolist() == ["model", "deviation"]


def test_what_is_said_of_the_entries_is_so() -> None:
    models = load_parameters(ROOT / "params.yaml").models
    for name, system in read_systems().items():
        said, entry = " ".join(system["deviations"]), models[name]
        assert (f"{entry.epochs} epochs of 100." in said) == (" epochs of 100" in said)
        assert ("Adadelta has a rate of 1.0" in said) == (entry.optimizer == "adadelta")
        assert ("rounded to 8 bits" in said) == (entry.input != "clean")
        assert ("L1 weight" in said) == (entry.code_l1 > 0)
        assert ("weight decay, 2.5e-6" in said) == (entry.l2 == 2.5e-6)
        assert ("smaller last one" in said) == (entry.images == 55_000)
    assert models["basic"].learning_rate == 1.0
    assert models["basic_sparse"].code_l1 == 1e-7 * 256
    assert models["sparse"].code_l1 == 1e-5 * models["sparse"].batch_size
