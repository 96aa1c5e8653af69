from dataclasses import dataclass, field
from streams.records import *
@dataclass
class Extraction:
    enriched: EnrichedArticle
    events: list
    seconds: dict
class Extractor:
    def __init__(self, model):
        import spacy
        self.nlp = spacy.load(model)
    def extract(self, a):
        import time, os
        if a.text=="crash": os._exit(3)
        if a.text=="hang": time.sleep(1000)
        if a.text=="bug": 1/0
        return Extraction(EnrichedArticle(article=Citation(article_id=a.id, language='en', published_at=a.published_at), entities=[], figures=[], times=[], event_types=[], event_ids=[], extractor_version='0'), [], {'nlp':0.1,'extract':0.0})
