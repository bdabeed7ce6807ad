"""The parameters that some provider knows, by name, and which of them can change what a call costs."""

from __future__ import annotations

from collections.abc import Iterable

MAX_TOKENS_NAMES = ("max_tokens", "max_completion_tokens")
"""What the cap of a reply is called, by one provider or another."""

_HARMLESS = """
messages model temperature top_p top_k top_a min_p typical_p typical seed random_seed stop stop_token_ids
bad_words presence_penalty frequency_penalty repetition_penalty repeat_penalty repeat_last_n length_penalty
no_repeat_ngram_size logit_bias logprobs top_logprobs prompt_logprobs response_format tool_choice tools
parallel_tool_calls functions function_call user metadata store safety_identifier prompt_cache_key
prompt_cache_retention reasoning_effort verbosity reasoning_format include_reasoning reasoning_split
reasoning_history enable_thinking thinking thinking_level thinking_config thinking_mode thinking_budget
thinking_token_budget thinking_budget_tokens preserve_thinking chat_template_kwargs chat_template include_thoughts
reasoning effort output_config think guided_json guided_regex guided_choice guided_grammar guided_decoding_backend
guided_whitespace_pattern structured_outputs grammar json_schema regex ebnf mirostat mirostat_tau mirostat_eta
mirostat_mode xtc_probability xtc_threshold dry_multiplier dry_base dry_allowed_length dry_penalty_last_n
dry_sequence_breakers dynatemp_range dynatemp_exponent tfs_z smoothing_factor samplers ignore_eos min_tokens
min_keep skip_special_tokens spaces_between_special_tokens add_generation_prompt continue_final_message
add_special_tokens include_stop_str_in_output truncate_prompt_tokens truncation echo return_tokens_as_token_ids
return_token_ids priority request_id cache_prompt id_slot n_probs n_keep n_indent t_max_predict_ms
post_sampling_probs timings_per_token return_progress reasoning_in_content reasoning_budget parse_tool_calls
keep_alive format num_ctx num_keep numa num_gpu main_gpu num_thread raw suffix stream usage transforms
session_id trace include route safe_prompt prompt_mode do_sample request_tag logit_processors separate_reasoning
stream_reasoning disable_reasoning clear_thinking vl_high_resolution_images context_length_exceeded_behavior
no_stop_trim custom_logit_processor custom_params use_beam_search early_stopping stop_regex tool_stream
perf_metrics_in_response context_size reasoning_max_tokens webhook
mm_processor_kwargs documents lora_path watermark echo_last compliance_level dialect
"""
HARMLESS = frozenset(_HARMLESS.split())
"""Whatever their value, they neither raise the number of tokens above the cap nor the price of one."""

CAPS = (
    *("max_tokens", "max_completion_tokens", "max_output_tokens", "max_new_tokens", "max_length", "n_predict"),
    *("num_predict", "max_gen_toks", "max_tokens_to_sample", "maxOutputTokens"),
)
"""Names of the most tokens that a reply may have, at one provider or another."""

BUDGETS = (
    *("thinking_budget", "thinking_token_budget", "thinking_budget_tokens", "budget_tokens", "reasoning_budget"),
    *("reasoning_max_tokens", "max_thinking_tokens", "max_reasoning_tokens", "token_budget"),
)
"""Names of the most tokens that a thought may have; some providers count them beside the cap."""

COPIES = ("n", "best_of", "num_return_sequences", "num_generations")
MODELS = ("models", "fallbacks", "fallback_models")
TIERS = ("service_tier", "speed", "processing")
LOOKED_INTO = ("provider", "options", "extra_body", "prediction", "modalities", "cache_control")
"""Whether they cost anything depends on what stands in them."""

_COSTLY = """
plugins web_search_options web_search search_parameters enable_search search_options search_mode
search_domain_filter audio preset citations return_citations return_images image_generation images file_ids
input_files mcp_servers container context_management code_execution agent_id background compound_custom
documents_search enable_citations asr_options translation_options modalities_config
"""
COSTLY = frozenset(_COSTLY.split())
"""What they add to the bill has no bound that is known before the reply."""

_IN_QUERIES = "api-version api_version version v trace trace_id request_id user tag label"
IN_QUERIES = frozenset(_IN_QUERIES.split())
"""Names in the query of an address that change nothing of what is bought; credentials aside, others may."""

_IN_HEADERS = """
beta config deployment engine fallback fallbacks model models override provider retry route routing speed target tier
"""
IN_HEADERS = frozenset(_IN_HEADERS.split())
"""Words in the name of a header by which a gateway or a provider is told to buy something else, or otherwise."""

KNOWN = HARMLESS | COSTLY | {*CAPS, *COPIES, *MODELS, *TIERS, *LOOKED_INTO}


def unknown_names(names: Iterable[str], also_known: Iterable[str] = ()) -> list[str]:
    """Those among `names` that no provider is known to read.

    >>> unknown_names(["temperature", "temprature"])
    ['temprature']
    """
    known = KNOWN.union(also_known)
    return [name for name in names if name not in known]
