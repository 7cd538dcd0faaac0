"""How much a term tells by how few texts hold it."""

import numpy as np
import numpy.typing as npt


def inverse_document_frequency(
    documents: int | npt.NDArray[np.float64], holding: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """ln(1 + (N - df + .5) / (df + .5)), never below 0 (Robertson & Zaragoza 2009, as Lucene has it).

    `holding` says, of any shape, how many of the `documents` hold each term.
    """
    idf: npt.NDArray[np.float64] = np.log(1 + (documents - holding + 0.5) / (holding + 0.5))
    return idf
