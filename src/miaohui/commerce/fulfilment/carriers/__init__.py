"""Who carries parcels, and how we hear of them: one contract, several kinds."""
