"""Moving pictures for the demo town, drawn at seed time from OpenMoji artwork."""
