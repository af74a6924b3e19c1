"""What words are: names, figures, dates, languages, stems, negation. Pure; knows no article and no question."""
