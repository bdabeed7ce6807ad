"""Stand-ins for providers, real down to the socket; three folders, each standing on the one before.

`server/`: the scripted server. `FakeServer(script)` serves whatever a script says, byte by byte (`server.py`), a script
answers with a `Response` (`responses.py`), whose body is put together from `bodies.py`; `by_hand.py` looks at the wire.

`wordings/`: how providers word one and the same reply. **A provider words its replies in a new way** → add a `Case`
to the room of its kind: `vendors.py` (makers of models), `openrouter.py`, `dialects.py` (servers, hosts, gateways),
`tags.py` (thinking inside the text). It says what must be read from it; every test of reading then takes it up.

`faults/`: how a call can go wrong or odd. **A provider fails in a new way** → add a `Scenario` to `faults.py` (the
wire, a status) or to `shapes.py` (a body that arrives whole). It promises an outcome or an error class of
`PROMISES` (`scenario.py`); the tests of faults then hold every way to call to it: money, ledger, cache, rows.
"""
