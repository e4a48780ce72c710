"""What comes out besides yes or no: lines as written and what is known in; points, money, doses as ranges out."""
