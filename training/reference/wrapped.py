"""What `golden.py` puts around the reference where it could not be compared otherwise."""

from types import SimpleNamespace

import llmlingua.prompt_compressor as reference
import torch

BYTE_LEVEL_SPACES = "ĠĊĉč \t\r\n"


def read_forced_strings_as_text(compressor) -> None:
    """Added tokens never reach the model: it reads the pieces of the string they stand for.

    Columns that are padding in every row are cut off before the model reads a batch, for speed.

    `compressor.forced_strings` names the strings of the case at hand, in their order.
    """
    tokenizer, model = compressor.tokenizer, compressor.model
    added = {tokenizer.convert_tokens_to_ids(token): place for place, token in enumerate(compressor.added_tokens)}
    limit = compressor.max_seq_len
    compressor.forced_strings = []

    def run(input_ids: torch.Tensor, attention_mask: torch.Tensor) -> SimpleNamespace:
        rows = [ids[mask].tolist() for ids, mask in zip(input_ids, attention_mask)]
        if not any(token in added for row in rows for token in row):
            length = int(attention_mask.sum(dim=1).max())
            answer = model(input_ids=input_ids[:, :length], attention_mask=attention_mask[:, :length]).logits
            padding = input_ids.shape[1] - length
            return SimpleNamespace(loss=None, logits=torch.nn.functional.pad(answer, (0, 0, 0, padding)))
        logits = torch.zeros(*input_ids.shape, 2)
        for number, row in enumerate(rows):
            pieces = [pieces_of(token) for token in row]
            if sum(len(part) for part in pieces) > limit:
                pieces = [[tokenizer.unk_token_id] if token in added else [token] for token in row]
            read = torch.tensor([[token for part in pieces for token in part]])
            answer = model(input_ids=read, attention_mask=torch.ones_like(read)).logits[0]
            at = 0
            for place, part in enumerate(pieces):
                if row[place] not in added:
                    logits[number, place] = answer[at]
                at += len(part)
        return SimpleNamespace(loss=None, logits=logits)

    def pieces_of(token: int) -> list[int]:
        if token not in added:
            return [token]
        text = compressor.forced_strings[added[token]]
        return tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids

    compressor.model = run


def extend_to_byte_level(compressor) -> None:
    """The rules for XLM-RoBERTa with the byte-level mark of a space, and with the tokenizer's own special tokens."""
    dataset, merge = reference.TokenClfDataset, compressor._PromptCompressor__merge_token_to_word
    begins, pure = reference.is_begin_of_new_word, reference.get_pure_token
    encode = compressor.oai_tokenizer.encode
    decode = compressor.tokenizer.backend_tokenizer.decoder.decode
    tokenize = compressor.tokenizer.tokenize
    alphabet = set(reference_alphabet().values())

    def begins_word(token, model_name, force_tokens, token_map):
        return begins(token, model_name, force_tokens, token_map) or token[0] in BYTE_LEVEL_SPACES

    def pure_token(token, model_name):
        return pure(token, model_name).lstrip(BYTE_LEVEL_SPACES)

    def merge_words(tokens, token_probs, force_tokens, token_map, force_reserve_digit):
        # A text's first word has no mark in front of it, nor has a word behind a forced string: they get one for the
        # rule, which would glue them to what stands before them, or fail where nothing does.
        marked = []
        bare: list[int] = []
        begun = 0
        alone = True
        for token in tokens:
            if token in compressor.special_tokens:
                marked.append(token)
                continue
            begins_one = begins_word(token, compressor.model_name, force_tokens, token_map)
            if alone and not begins_one:
                bare.append(begun)
                token = "Ġ" + token
            begun += alone or begins_one
            alone = token in token_map.values()
            marked.append(token)
        words, probs, unforced = merge(
            tokens=marked,
            token_probs=token_probs,
            force_tokens=force_tokens,
            token_map=token_map,
            force_reserve_digit=force_reserve_digit,
        )
        for place in bare:
            words[place] = words[place][1:]
        return words, probs, unforced

    class Lengths:
        """Counts a word by what it says, not by how its bytes are written; contexts hold spaces, words do not."""

        @staticmethod
        def encode(text):
            written = text if set(text) - alphabet else decode([text])
            return encode(written)

    # White space is a piece here, and none elsewhere: without this, blank texts would have words, and a forced line
    # feed would be looked for among pieces that write it otherwise.
    compressor.tokenizer.tokenize = lambda text, **named: tokenize(text, **named) if text.strip() else []
    reference.TokenClfDataset = lambda *arguments, **named: dataset(
        *arguments, **named, model_name="xlm-roberta-large"
    )
    reference.is_begin_of_new_word = begins_word
    reference.get_pure_token = pure_token
    compressor._PromptCompressor__merge_token_to_word = merge_words
    compressor.oai_tokenizer = Lengths
    byte_of = {character: byte for byte, character in reference_alphabet().items()}

    def plain_word(word):
        # Words of a text that is left whole are plain already; as bytes they are not UTF-8 where it matters.
        try:
            written = bytes(byte_of[character] for character in word).decode()
        except (KeyError, UnicodeDecodeError):
            return word
        return written.lstrip() or written

    compressor.plain_word = plain_word


def reference_alphabet() -> dict[int, str]:
    """GPT-2's visible character for each byte."""
    visible = {*range(33, 127), *range(161, 173), *range(174, 256)}
    hidden = [byte for byte in range(256) if byte not in visible]
    return {byte: chr(byte) for byte in visible} | {byte: chr(256 + place) for place, byte in enumerate(hidden)}
