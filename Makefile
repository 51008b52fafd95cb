# Trains the bundled model again, from the shared data to models/contextsieve-small/.
PYTHON ?= .venv/bin/python
DATA ?= ../shared/data
CONFIG ?= training/configs/bundled.yaml
WEIGHTS ?= build/train/bundled/weights.pt

.PHONY: model python dataset train export quantize evaluate golden python-test

model: python dataset train export evaluate golden

python: .venv/.ready

.venv/.ready: training/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --requirement training/requirements.txt
	touch $@

dataset: node_modules
	npx tsx src/cli/main.ts distill dataset --data $(DATA) --out build/dataset

node_modules: package-lock.json
	npm ci
	touch $@

train:
	OMP_NUM_THREADS=1 $(PYTHON) -m training.train --config $(CONFIG)

export:
	$(PYTHON) -m training.export --weights $(WEIGHTS)

quantize:
	$(PYTHON) -m training.quantize --weights $(WEIGHTS)

evaluate:
	$(PYTHON) -m training.evaluate --weights $(WEIGHTS)

golden:
	$(PYTHON) -m training.golden

python-test:
	$(PYTHON) -m pytest -q training/tests
