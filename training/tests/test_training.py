"""The training code's promises: masks, padding, windows, and that a run resumes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from training import train as train_module
from training.base_e5 import unpack_blocks
from training.bases import BASES, Base
from training.corpus import Passage, PieceEncoder, SpecialIds
from training.forms import ALL_FORMS, FORMS, calibrated, session
from training.losses import contrast_loss, word_loss
from training.network import Network, NetworkConfig, base_folder, load_base
from training.onnx_model import build_onnx
from training.onnx_run import feed
from training.packing import Sequence, Workers, run_packed
from training.plan import PlanConfig, Planner, Step, Stream
from training.settings import Settings, read_settings
from training.teacher_vectors import centre
from training.windows import cut_windows

SMALL = NetworkConfig(vocabulary=120, positions=64, layers=2, width=32, heads=4, inner=64, head_width=16)


def small_network(seed: int = 0) -> Network:
    torch.manual_seed(seed)
    return Network(SMALL).eval()


def random_sequences(lengths: list[int]) -> list[Sequence]:
    random = np.random.default_rng(0)
    return [Sequence(random.integers(104, 120, n), random.integers(0, 24, n)) for n in lengths]


def test_words_without_a_label_do_not_move_the_word_loss():
    logits = torch.randn(6, 2, requires_grad=True)
    targets = torch.randint(0, 2, (6, 2)).float()
    weights = torch.tensor([1.0, 1, 0, 1, 0, 1]).unsqueeze(1).expand(-1, 2)
    loss = word_loss(logits, targets, weights, smoothing=0.0)
    loss.backward()
    assert torch.all(logits.grad[weights == 0] == 0)
    assert torch.all(logits.grad[weights == 1] != 0)
    changed = targets.clone()
    changed[2] = 1 - changed[2]
    assert word_loss(logits, changed, weights, smoothing=0.0).item() == pytest.approx(loss.item())


def test_any_of_several_positives_may_win_the_contrast():
    questions = torch.eye(2)[:1]
    sentences = torch.eye(2)
    positives = torch.tensor([[True, True]])
    assert contrast_loss(questions, sentences, positives, 20.0).item() == pytest.approx(0.0, abs=1e-6)
    wrong = torch.tensor([[False, True]])
    assert contrast_loss(questions, sentences, wrong, 20.0).item() == pytest.approx(20.0, abs=1e-3)


def test_padding_and_company_do_not_change_a_sequence():
    network = small_network()
    sequences = random_sequences([5, 40, 17, 17, 3])
    with torch.no_grad():
        together = run_packed(network, sequences, max_tokens=10_000)
        alone = [run_packed(network, [s]) for s in sequences]
    assert torch.allclose(together.logits, torch.cat([a.logits for a in alone]), atol=1e-5)
    assert torch.allclose(together.states, torch.cat([a.states for a in alone]), atol=1e-5)


def test_core_is_never_above_keep():
    flat = run_packed(small_network(), random_sequences([30]))
    assert torch.all(flat.logits[:, 1] <= flat.logits[:, 0])


def test_gradients_of_chunks_equal_those_of_one_graph():
    network = small_network()
    sequences = random_sequences([9, 30, 12, 25])
    grads = []
    for workers, size in ((None, 10_000), (Workers(2), 40)):
        network.zero_grad()
        flat = run_packed(network, sequences, workers, max_tokens=size)
        (flat.logits.pow(2).mean() + flat.states[::3].mean(0).norm()).backward()
        flat.backward()
        grads.append(torch.cat([p.grad.flatten() for p in network.parameters() if p.grad is not None]))
    assert torch.allclose(grads[0], grads[1], atol=1e-5)


@pytest.mark.parametrize("form", FORMS)
def test_the_onnx_graph_computes_what_the_network_computes(form: str):
    network = small_network()
    sequence = random_sequences([33])[0]
    runner = session(build_onnx(network, calibrated(FORMS[form], network, [sequence])), threads=1)
    inputs = feed(sequence.ids, sequence.types)
    logits, states = runner.run(["logits", "last_hidden_state"], inputs)
    with torch.no_grad():
        expected = network(*(torch.from_numpy(inputs[n]) for n in ("input_ids", "attention_mask", "token_type_ids")))
    tolerance = 1e-4 if form == "fp32" else 0.15
    assert np.abs(logits - expected[0].numpy()).max() < tolerance
    assert np.abs(states - expected[1].numpy()).max() < tolerance


def test_int8_per_token_does_not_depend_on_company():
    runner: onnxruntime.InferenceSession = session(build_onnx(small_network(), FORMS["int8 per token"]), threads=1)
    first, second = random_sequences([20, 20])
    alone = runner.run(["logits"], feed(first.ids, first.types))[0]
    pair = {k: np.concatenate([feed(first.ids, first.types)[k], feed(second.ids, second.types)[k]]) for k in feed(first.ids, first.types)}
    assert np.array_equal(runner.run(["logits"], pair)[0][0], alone[0])


@pytest.mark.parametrize("form", ["4-bit blocks, float32 products", "fp32, 4-bit embeddings", "4-bit blocks, int8 per token, 7-bit weights"])
def test_weights_that_come_from_four_bits_lose_nothing_in_four_bits(form: str):
    network = small_network()
    random = np.random.default_rng(2)
    for name, parameter in network.named_parameters():
        if name == "word_embedding.weight" or (name.startswith("layers.") and parameter.ndim == 2):
            codes = random.integers(0, 256, (parameter.numel() // 32, 16), dtype=np.uint8)
            codes[:, 0] &= 0xF0  # some weight of a block has the lowest code, as in the format's own files
            scales = random.normal(0, 0.02, len(codes)).astype(np.float16)
            parameter.data.copy_(torch.from_numpy(unpack_blocks(scales, codes).reshape(parameter.shape)))
    sequence = random_sequences([33])[0]
    inputs = feed(sequence.ids, sequence.types)
    states = session(build_onnx(network, ALL_FORMS[form]), threads=1).run(["last_hidden_state"], inputs)[0]
    with torch.no_grad():
        expected = network(*(torch.from_numpy(inputs[n]) for n in ("input_ids", "attention_mask", "token_type_ids")))[1]
    assert np.abs(states - expected.numpy()).max() < (0.1 if "int8" in form else 1e-4)


def test_a_prefix_is_read_with_a_text_but_is_no_part_of_it():
    network = small_network()
    sequence = random_sequences([20])[0]
    prefixed = Sequence(sequence.ids, sequence.types, (110, 111))
    with torch.no_grad():
        alone, behind = (run_packed(network, [s]) for s in (sequence, prefixed))
    assert behind.states.shape == alone.states.shape
    assert not torch.allclose(behind.states, alone.states)
    special = SpecialIds(text_prefix=(110, 111))
    assert feed(sequence.ids, sequence.types, special)["input_ids"][0].tolist() == [101, 110, 111, *sequence.ids, 102]


def test_the_shared_part_of_all_vectors_is_taken_out():
    network = small_network()
    passages = [Passage(str(i), "", s.ids, s.types, np.arange(31), np.array([[0, 30]])) for i, s in enumerate(random_sequences([30] * 12))]
    centre(network, passages, Workers(1))
    with torch.no_grad():
        states = run_packed(network, [Sequence(p.ids, p.types) for p in passages]).states
    assert states.mean(0).abs().max() < 0.02


def test_a_stream_gives_every_passage_once_before_any_comes_again():
    passages = [Passage(str(i), "", np.zeros(1), np.zeros(1), np.array([0, 1]), np.array([[0, 1]])) for i in range(7)]
    planner = Planner(passages, [], [], PlanConfig(labelled=1, asked=0), 1, [Stream("more", passages, 2)])
    keys = [key for step in planner.epoch(0) for key in step.passages if key.startswith("more:")]
    assert len(keys) == 14
    assert len(set(keys[:7])) == len(set(keys[7:])) == 7


def test_windows_score_every_word_once_and_hold_at_most_the_limit():
    lengths = np.random.default_rng(1).integers(1, 4, 900)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    ends = list(range(13, 900, 13)) + [900]
    sentences = np.array(list(zip([0, *ends[:-1]], ends, strict=True)))
    passage = Passage("p", "", np.zeros(starts[-1]), np.zeros(starts[-1]), starts, sentences)
    windows = cut_windows(passage)
    assert [w.score_from for w in windows] == [0, *(w.score_to for w in windows[:-1])]
    assert windows[-1].score_to == starts[-1]
    assert all(w.read_to - w.read_from <= 254 for w in windows)


def test_a_word_without_pieces_is_unknown_and_a_long_one_is_cut():
    encoder = PieceEncoder(base_folder() / "tokenizer.json")
    assert encoder.encode_word("\u200b") == [100]
    assert len(encoder.encode_word("a-" * 100)) == 32


def test_an_unknown_setting_is_refused(tmp_path: Path):
    file = tmp_path / "run.yaml"
    file.write_text("name: x\nout: y\nepoch: 3\n")
    with pytest.raises(ValueError, match="Expected only known settings, got `epoch`"):
        read_settings(file)


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    data = tmp_path / "dataset"
    data.mkdir()
    rows = [{"id": f"p{i}", "domain": "x", "words": ["the", "cat", "sat", "."] * 3, "shapes": [1] * 12} for i in range(8)]
    labelled = [{**r, "labels": [0, 2, 1, 0] * 3, "sentences": [[0, 4], [4, 8], [8, 12]]} for r in rows]
    for split in ("train", "dev"):
        lines = [json.dumps({"kind": "header"}), *(json.dumps(r) for r in labelled)]
        (data / f"distil.{split}.jsonl").write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(train_module, "dev_figures", lambda *_, **__: {})
    tiny = NetworkConfig(layers=1, head_width=16)
    base = Base(BASES["minilm"].tokenizer, lambda: tiny, lambda _: shallow_base(tiny))
    monkeypatch.setitem(train_module.BASES, "minilm", base)
    settings = Settings(
        "test", str(tmp_path / "run"), str(data), threads=1, epochs=3, labelled=2, own_questions=False, question_sets=[], pull=0, dropout=0
    )
    steps: list[tuple[int, list[str]]] = []
    train_step = train_module.Trainer.train_step

    def recorded(trainer: train_module.Trainer, step: Step, random: np.random.Generator) -> tuple[dict[str, float], int]:
        steps.append((trainer.step, list(step.passages)))
        return train_step(trainer, step, random)

    monkeypatch.setattr(train_module.Trainer, "train_step", recorded)
    train_module.train(settings, stop_after=5)
    saved = torch.load(tmp_path / "run" / "checkpoint.pt")
    again = train_module.Trainer(settings, tmp_path / "run")
    again.resume()
    assert (again.step, again.total_steps) == (5, 12)
    assert all(torch.equal(value, again.network.state_dict()[name]) for name, value in saved["weights"].items())
    assert all(torch.equal(value, again.average[name]) for name, value in saved["average"].items())
    moments = again.optimizer.state_dict()["state"]
    assert all(torch.equal(state["exp_avg"], moments[key]["exp_avg"]) for key, state in saved["optimizer"]["state"].items())

    train_module.train(settings)
    interrupted, steps[:] = list(steps), []
    train_module.train(Settings(**{**vars(settings), "out": str(tmp_path / "whole")}))
    assert [number for number, _ in interrupted] == list(range(12))
    assert interrupted == steps
    assert (tmp_path / "run" / "weights.pt").exists()


def shallow_base(config: NetworkConfig) -> Network:
    torch.manual_seed(0)
    network = Network(config)
    network.word_embedding.weight.data.copy_(load_base(base_folder()).word_embedding.weight)
    return network
