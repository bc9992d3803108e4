"""Learning from everybody, away from every request: the worker's side of ../learned.

lesson      the log told once more: pasts to fit from, moments to choose weights on, meetings to fit heads on
fit         a lesson becomes a model; weights and heads are chosen on its last part only
"""
