"""Measurements: `./run bench [NAME…]`.

Each is a ratio against a plain reference that runs in the same script on the same machine, because
seconds alone say more about the machine than about the program.
"""
