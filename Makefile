# Trains the bundled model again, from the shared data to models/contextsieve-small/.
PYTHON ?= .venv/bin/python
DATA ?= ../shared/data
RUNS = build/train
WEIGHTS ?= $(RUNS)/bundled/weights.pt
# Training draws whole chunks of work per thread: more threads inside one would only get in each other's way.
TRAIN = OMP_NUM_THREADS=1 $(PYTHON)

.PHONY: model python dataset train export pivot quantize evaluate golden card python-test

# Everything. An interrupted training goes on where its last checkpoint stands: run it again.
model: python dataset train
	$(MAKE) export
	$(MAKE) pivot
	$(MAKE) quantize
	$(MAKE) evaluate
	$(MAKE) golden
	$(MAKE) card

python: .venv/.ready

.venv/.ready: training/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --requirement training/requirements.txt
	touch $@

dataset: node_modules
	npx tsx src/cli/main.ts distill dataset --data $(DATA) --out build/dataset

node_modules:
	npm ci

train: $(WEIGHTS)

$(RUNS)/%/weights.pt: training/configs/%.yaml
	$(TRAIN) -m training.train --config $<

.PRECIOUS: $(RUNS)/%/weights.pt

export:
	$(PYTHON) -m training.export --weights $(WEIGHTS)

# The third label: trained on the exported graph, and put into it.
pivot: node_modules
	$(PYTHON) -m training.pivot --config training/configs/pivot.yaml --set data=$(DATA)

quantize:
	$(PYTHON) -m training.quantize --weights $(WEIGHTS)

evaluate:
	$(PYTHON) -m training.evaluate --weights $(WEIGHTS)

golden:
	$(PYTHON) -m training.golden

card:
	$(PYTHON) -m training.card

python-test:
	$(PYTHON) -m pytest -q training/tests
