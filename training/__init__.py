"""How a tagger is made: data, config, trainer, evaluation, reports, pretraining."""
