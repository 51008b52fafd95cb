# Trains a model again, from the shared data to its folder: `make model` (contextsieve-small) or
# `make model MODEL=multilingual` (contextsieve-multilingual).
MODEL ?= small
PYTHON ?= .venv/bin/python
DATA ?= ../shared/data
RUNS = build/train
RUN_small = bundled
RUN_multilingual = multilingual
PIVOT_small = pivot
PIVOT_multilingual = pivot-multilingual
WEIGHTS ?= $(RUNS)/$(RUN_$(MODEL))/weights.pt
# Training draws whole chunks of work per thread: more threads inside one would only get in each other's way.
TRAIN = OMP_NUM_THREADS=1 $(PYTHON)
RUNNING = build/dataset/running.train.jsonl

.PHONY: model model-small model-multilingual python dataset base train export words pivot quantize evaluate golden card python-test

model: model-$(MODEL)

# Everything. An interrupted training goes on where its last checkpoint stands: run it again.
model-small: python dataset train
	$(MAKE) export
	$(MAKE) pivot
	$(MAKE) quantize
	$(MAKE) evaluate
	$(MAKE) golden
	$(MAKE) card

model-multilingual: python dataset base train
	$(MAKE) export
	$(MAKE) words
	$(MAKE) pivot
	$(PYTHON) -m training.evaluate_multilingual
	$(MAKE) golden
	$(PYTHON) -m training.card_multilingual

python: .venv/.ready

.venv/.ready: training/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --requirement training/requirements.txt
	touch $@

dataset: node_modules
	npx tsx src/cli/main.ts distill dataset --data $(DATA) --out build/dataset

node_modules:
	npm ci

# The multilingual base, its vocabulary cut down, and the states its word head is trained on.
base: build/base/tokenizer.json
	OMP_NUM_THREADS=2 $(PYTHON) -m training.frozen_states

build/base/tokenizer.json: $(RUNNING)
	$(PYTHON) -m training.vocabulary

$(RUNNING):
	$(PYTHON) -m training.running_text
	npx tsx training/words.ts build/running.jsonl $@

train: $(WEIGHTS)

$(RUNS)/multilingual/weights.pt: training/configs/multilingual.yaml
	$(PYTHON) -m training.train_head --config $<

$(RUNS)/%/weights.pt: training/configs/%.yaml
	$(TRAIN) -m training.train --config $<

.PRECIOUS: $(RUNS)/%/weights.pt

export:
	$(PYTHON) -m training.export --model $(MODEL) --weights $(WEIGHTS)

# The word head, trained on from where it stands: on the exported graph, and put into it.
words:
	OMP_NUM_THREADS=2 $(PYTHON) -m training.word_head --model $(MODEL) --config training/configs/words-$(MODEL).yaml

# The third label: trained on the exported graph, and put into it.
pivot: node_modules
	$(PYTHON) -m training.pivot --model $(MODEL) --config training/configs/$(PIVOT_$(MODEL)).yaml --set data=$(DATA)

quantize:
	$(PYTHON) -m training.quantize --weights $(WEIGHTS)

evaluate:
	$(PYTHON) -m training.evaluate --weights $(WEIGHTS)

golden:
	$(PYTHON) -m training.golden --model $(MODEL)

card:
	$(PYTHON) -m training.card

python-test:
	$(PYTHON) -m pytest -q training/tests
