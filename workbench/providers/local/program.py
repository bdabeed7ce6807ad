"""The program of the child process: one llama.cpp server on loopback, which ends when its parent's pipe closes.

It is run as a file, not imported, so that a crash, a hang or the memory of the server never touches the process that
asks. The settings, with the random key, come as one JSON line on stdin: a command line can be read by every user.
"""

from __future__ import annotations

import json
import os
import signal
import sys


def main() -> None:
    """Serve until stdin ends, which happens when the parent closes the pipe and also when it is killed."""
    settings = json.loads(sys.stdin.readline())
    # An interrupted cell sends SIGINT to everyone it can reach; the server is stopped by its pipe alone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The ready line needs a clean stdout, whatever the C++ code prints: its own output goes to the stderr file.
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = settings["weights"]
    parameters.model_alias = {settings["name"]}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0  # any free one
    parameters.api_keys = [settings["key"]]
    parameters.cors_origins = ""  # the default lets every web page that knows the port ask
    parameters.n_parallel = settings["slots"]
    parameters.n_ctx = settings["slots"] * settings["context_tokens"]  # the total, shared out evenly
    parameters.cpuparams.n_threads = settings["threads"]
    parameters.cpuparams_batch.n_threads = settings["threads"]
    parameters.cache_ram_mib = 0  # the default grows by a gigabyte within a hundred prompts
    # A fifth slower on two cores, after the long prefix of the thinking template.
    parameters.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    parameters.verbosity = 1  # errors alone: why a file or a template cannot be used
    parameters.ui = False
    parameters.endpoint_slots = True
    if settings["template"]:
        parameters.chat_template = settings["template"]
    try:
        server = xllamacpp.Server(parameters)
    except RuntimeError as error:  # the reason stands before it, in the engine's own words
        sys.exit(str(error))
    # One finished request: the weights are in memory and the server's loop has certainly begun.
    server.handle_completions({"prompt": "a", "max_tokens": 1})

    json.dump({"address": server.listening_address}, report)
    report.close()
    sys.stdin.read()
    os._exit(0)  # no destructors: the server's own waits for ever on a request that still runs


if __name__ == "__main__":
    main()
