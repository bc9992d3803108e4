"""What a person who brings clips shows to others, and sees of their own."""
