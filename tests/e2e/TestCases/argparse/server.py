import argparse
import socketserver

parser = argparse.ArgumentParser()
parser.add_argument('--port', type=int, required=True)
parser.add_argument('--trainer', required=True)
arguments = parser.parse_args()


class Answer(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(('hello %s' % arguments.trainer).encode())


socketserver.TCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(('0.0.0.0', arguments.port), Answer).serve_forever()
