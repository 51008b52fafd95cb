"""The bundled model as a Hugging Face checkpoint of two labels, drop and keep: what LLMLingua-2 loads."""

import torch
from transformers import PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import TokenClassifierOutput

from .network import Network, NetworkConfig


class ContextsieveConfig(PretrainedConfig):
    """Sizes that differ between versions of the model."""

    model_type = "contextsieve"

    def __init__(self, head_width: int = 256, head_kernel: int = 5, vocabulary: int = 30522, **rest):
        super().__init__(**rest)
        self.head_width = head_width
        self.head_kernel = head_kernel
        self.vocabulary = vocabulary


class ContextsieveForTokenClassification(PreTrainedModel):
    """Softmax over (0, keep logit) is the model's own sigmoid of the keep logit."""

    config_class = ContextsieveConfig

    def __init__(self, config: ContextsieveConfig):
        super().__init__(config)
        sizes = NetworkConfig(vocabulary=config.vocabulary, head_width=config.head_width, head_kernel=config.head_kernel)
        self.network = Network(sizes)
        self.post_init()

    def get_input_embeddings(self):
        return self.network.word_embedding

    def set_input_embeddings(self, value):
        self.network.word_embedding = value

    def forward(self, input_ids, attention_mask, **_):
        logits, _ = self.network(input_ids, attention_mask, torch.zeros_like(input_ids))
        keep = logits[..., :1]
        return TokenClassifierOutput(logits=torch.cat([torch.zeros_like(keep), keep], dim=-1))
