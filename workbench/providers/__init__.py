"""Who answers: what is known of providers and models, what they are sent, what they charge."""
