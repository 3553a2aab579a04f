# make demo and make test do all the set-up themselves
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
export TOKENIZERS_PARALLELISM = true

.PHONY: help demo test test-all test-slow lint types format ship picture clean
help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/base: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	touch $@

$(VENV)/dev: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) torch==2.13.0
	$(PIP) -e '.[dev]'
	touch $@

demo: $(VENV)/base  ## tag an example article with the model that ships with hadath, and write demo.html
	$(BIN)/hadath predict examples/albukamal.txt --format pretty
	$(BIN)/hadath events examples/albukamal.txt --date 2017-11-20 --format table
	$(BIN)/hadath events examples/albukamal.txt --date 2017-11-20 --output demo.html
	@echo "demo.html shows the article with its events in a browser"

test: $(VENV)/dev lint types  ## lint, types and the tests, in about five minutes
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 -m "not slow"

test-all: $(VENV)/dev lint types  ## lint, types and all tests, the slow ones too
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

test-slow: $(VENV)/dev  ## the slow tests alone
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 -m slow

lint: $(VENV)/dev  ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev  ## mypy, on an installed copy, where the rooms lie inside the package
	rm -rf build/types && $(PIP) --no-deps --target build/types . && MYPYPATH=build/types $(BIN)/mypy --python-executable $(BIN)/python

format: $(VENV)/dev  ## put the code into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

ship:  ## put the finished run of default, and of pretrain-grown if it is there, into the package
	test -f runs/default/model/onnx/model.int8.onnx
	if test -d runs/pretrain-grown/encoder; then rm -rf models/encoder && cp -r runs/pretrain-grown/encoder models/encoder; fi
	rm -rf models/default && mkdir -p models/default/onnx
	cd runs/default/model && cp config.json tokenizer.json hadath.json README.md $(CURDIR)/models/default/
	cp runs/default/model/onnx/model.int8.onnx runs/default/model/onnx/arguments.onnx models/default/onnx/
	chmod 644 models/default/*.* models/default/onnx/*

# where the timeline begins on the page of the example
TOP = 1495
picture: $(VENV)/dev  ## draw the pictures of the README anew; needs chromium
	mkdir -p build
	$(BIN)/hadath predict examples/albukamal.txt --output build/picture.html
	$(BIN)/hadath events examples/albukamal.txt --date 2017-11-20 --output build/events.html
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1000,1150 --screenshot=docs/picture.png build/picture.html
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1000,4200 --screenshot=build/events.png build/events.html
	$(BIN)/python -c "from PIL import Image; Image.open('build/events.png').crop((90, $(TOP), 910, $(TOP) + 1080)).save('docs/events.png')"

clean:  ## remove environments and what was built
	rm -rf .venv* build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis demo.html
