"""What a team needs once its workflows live: moving old files, figures, reviews."""
