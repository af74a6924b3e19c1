"""From articles to items: runs of sentences about one piece of news, without the boilerplate around them."""
