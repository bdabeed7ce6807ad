"""GGUF files for tests: small ones that hold what they are told to, and a real one with another chat template."""

import numpy as np
from gguf import GGUFReader, GGUFValueType, GGUFWriter

PLAIN_TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"


def small(path, *, template=PLAIN_TEMPLATE, context=512, layers=2, heads=4, kv_heads=2, width=64, **numbers):
    """A file with a header and one tensor; no engine could run it."""
    writer = GGUFWriter(path, "llama")
    writer.add_name("small")
    writer.add_context_length(context)
    writer.add_block_count(layers)
    writer.add_embedding_length(width)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    for name, value in numbers.items():
        writer.add_uint16(name.replace("__", "."), value)
    writer.add_token_list(["a", "bc", "<end>"])
    if template is not None:
        writer.add_chat_template(template)
    writer.add_tensor("token_embd.weight", np.zeros((3, width), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def with_template(source, path, template):
    """A real model's file with a chat template of its own, as a publisher would write it."""
    reader = GGUFReader(source)
    writer = GGUFWriter(path, reader.fields["general.architecture"].contents())
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name in ("general.architecture", "tokenizer.chat_template"):
            continue
        kind = field.types[0]
        writer.add_key_value(
            field.name, field.contents(), kind, field.types[-1] if kind == GGUFValueType.ARRAY else None
        )
    writer.add_chat_template(template)
    for tensor in reader.tensors:
        raw = None if len(tensor.shape) == 1 else tensor.tensor_type
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=raw)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def write_settings(monkeypatch, tmp_path, text):
    """A `workbench.toml` of the test's own, in force until it ends."""
    path = tmp_path / "workbench.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("WORKBENCH_CONFIG", str(path))
